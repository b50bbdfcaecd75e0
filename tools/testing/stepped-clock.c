// The wall clock of one process and of those that it starts, moved while they run: loaded before the C library, it
// adds to CLOCK_REALTIME the nanoseconds that stand in the file $STEPPED_CLOCK, eight bytes.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static const volatile int64_t *step;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_gettimeofday)(struct timeval *, void *);

__attribute__((constructor)) static void begin(void) {
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_gettimeofday = dlsym(RTLD_NEXT, "gettimeofday");
  const char *file = getenv("STEPPED_CLOCK");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  void *page = fd < 0 ? MAP_FAILED : mmap(0, sizeof *step, PROT_READ, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) step = page;
}

static int64_t ns_of(time_t seconds, int64_t ns) { return (int64_t)seconds * 1000000000 + ns + *step; }

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!real_clock_gettime) begin();
  int result = real_clock_gettime(clock, now);
  if (step && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t ns = ns_of(now->tv_sec, now->tv_nsec);
    now->tv_sec = ns / 1000000000;
    now->tv_nsec = ns % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  if (!real_gettimeofday) begin();
  int result = real_gettimeofday(now, zone);
  if (step) {
    int64_t ns = ns_of(now->tv_sec, (int64_t)now->tv_usec * 1000);
    now->tv_sec = ns / 1000000000;
    now->tv_usec = ns % 1000000000 / 1000;
  }
  return result;
}

time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
