#!/usr/bin/env bash
# install-nats-server.sh [FOLDER]: unpacks the pinned nats-server into FOLDER, without root and without a change to the system.
# Debian 12 has 2.9.10, which loses acknowledged messages; a newer release of Debian has the version that Tickline is tested
# with. Its package comes from the Debian mirror that this machine already uses. Prints the path of the program.
set -euo pipefail

VERSION=2.15.1-1
SUITE=forky
case "$(dpkg --print-architecture)" in
  amd64) SHA256=31ef4ceaa84e8248d449e508472e3770c17c3695cb5cb0ee96e03912724ea884 ;;
  arm64) SHA256=68923b614b6b5594bbd63ffdce7258c2155ec448fb4cb7efd099bf9273eca128 ;;
  *)
    echo "install-nats-server: no package is pinned for $(dpkg --print-architecture): expected amd64 or arm64; install nats-server $VERSION yourself" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:-$root/node_modules/.cache/nats-server}
program=$folder/usr/sbin/nats-server
if [ -x "$program" ] && [ "$(cat "$folder/version" 2>/dev/null)" = "$VERSION" ]; then
  echo "$program"
  exit 0
fi

# The address of the machine's own Debian archive, from both formats of apt's sources; its security archive is another.
mirror=$(
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null || true; } |
    sed -nE 's/^(deb +(\[[^]]*\] +)?|URIs: *)(https?:[^ ]*\/debian\/?)( .*)?$/\3/p' | head -n 1
)
if [ -z "$mirror" ]; then
  echo "install-nats-server: no Debian mirror in /etc/apt/sources.list*: expected one; install nats-server 2.12 or later yourself" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # apt may read as another user
mkdir -p "$work"/{lists/partial,cache/archives/partial,etc/preferences.d,etc/trusted.gpg.d,root}
touch "$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror $SUITE main" >"$work/etc/sources.list"
private=(
  -o Dir::Etc::SourceList="$work/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$work/etc/preferences.d"
  -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status"
  -o Dir::Cache="$work/cache" -o Acquire::Languages=none -o APT::Sandbox::User=
)
apt-get "${private[@]}" update -q >&2
(cd "$work" && apt-get "${private[@]}" download "nats-server=$VERSION" -q >&2)
package=$(echo "$work"/nats-server_*.deb)
echo "$SHA256  $package" | sha256sum --check --quiet - >&2
mkdir -p "$folder"
dpkg -x "$package" "$work/root"
rm -rf "$folder/usr"
mv "$work/root/usr" "$folder/usr"
echo "$VERSION" >"$folder/version"
echo "$program"
