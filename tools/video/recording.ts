// Records the screen with ffmpeg. The film is cut and compressed afterwards, because compressing is slower than
// real time.

import { type ChildProcess, execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { TicklineError } from '../../src/platform/errors.ts';
import { startChild, stopChild } from './child.ts';
import { cutsOf, filterOf, longestGap, type Span } from './cuts.ts';
import { SIZE } from './screen.ts';

const run = promisify(execFile);

const FRAMES_PER_S = 12;
/** Lower is better and larger. Text is legible up to about 34. */
const QUALITY = 33;
const QUALITY_OF_DRAFT = 12;
const QUIET = ['-v', 'error', '-y'];
/** People watch no longer film, and a repository is no place for a larger file. */
const SECONDS_MAX = 90;
const BYTES_MAX = 8_000_000;
const MS_PER_S = 1_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** There is no film. */
class RecordingError extends TicklineError {}

/** What the film is like. */
export interface Film {
  readonly seconds: number;
  readonly bytes: number;
  /** The longest time in which the recorder got no frame, in seconds. */
  readonly longestGapS: number;
}

export class Recording implements AsyncDisposable {
  readonly #draft: string;
  readonly #ffmpeg: ChildProcess;
  readonly #shown: Span[] = [];
  #said = '';

  /** Starts to record `display` into the file `draft`, of about 100 MB. */
  constructor(display: string, draft: string) {
    this.#draft = draft;
    this.#ffmpeg = startChild('ffmpeg', recordingArguments(display, draft), {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#ffmpeg.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  /** Whether it has its first frame. */
  get runs(): boolean {
    return this.#startedAtS !== undefined;
  }

  /** The film shows the time that `event` lasts, and leaves out most of what is never shown. */
  async show(event: Promise<void>): Promise<void> {
    const from = Date.now();
    await event;
    const start = (this.#startedAtS ?? 0) * MS_PER_S;
    this.#shown.push({ from: (from - start) / MS_PER_S, to: (Date.now() - start) / MS_PER_S });
  }

  /** Stops the recording, and cuts and compresses it into `file`, an MP4. @throws RecordingError */
  async finish(file: string): Promise<Film> {
    await stopChild(this.#ffmpeg, 'SIGINT'); // on SIGINT it completes the file
    if (!fs.existsSync(this.#draft)) throw this.#failed(this.#said);
    const cuts = cutsOf(this.#shown);
    const packing = ['-c:v', 'libx264', '-preset', 'medium', '-crf', String(QUALITY), '-pix_fmt', 'yuv420p'];
    const layout = ['-g', String(FRAMES_PER_S * 10), '-movflags', '+faststart', '-f', 'mp4'];
    const filter = ['-vf', filterOf(cuts, FRAMES_PER_S)];
    const packed = `${this.#draft}.mp4`;
    await this.#run('ffmpeg', [...QUIET, '-i', this.#draft, ...filter, ...packing, ...layout, packed]);
    const film = {
      seconds: (await this.#times(packed)).length / FRAMES_PER_S,
      bytes: fs.statSync(packed).size,
      longestGapS: longestGap(await this.#times(this.#draft), cuts),
    };
    if (film.seconds >= SECONDS_MAX || film.bytes >= BYTES_MAX)
      throw new RecordingError(
        `the film lasts ${film.seconds.toFixed(1)} s and has ${film.bytes} bytes, expected less than ` +
          `${SECONDS_MAX} s and ${BYTES_MAX} bytes: record it on an idle machine`,
      );
    fs.copyFileSync(packed, file);
    return film;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#ffmpeg, 'SIGINT');
  }

  /** Unix time of the first frame, in seconds, once there is one. */
  get #startedAtS(): number | undefined {
    const match = /start: ([\d.]+)/.exec(this.#said);
    return match ? Number(match[1]) : undefined;
  }

  /** The time of each frame of a file, in seconds. */
  async #times(file: string): Promise<number[]> {
    const entries = ['-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
    const { stdout } = await this.#run('ffprobe', ['-v', 'error', ...entries, file]);
    return stdout
      .split(/[,\s]+/)
      .filter(Boolean)
      .map(Number)
      .sort((a, b) => a - b);
  }

  #run(program: string, words: readonly string[]): Promise<{ readonly stdout: string }> {
    return run(program, words, { maxBuffer: OUTPUT_BYTES_MAX }).catch((error) => {
      throw this.#failed(String(error.stderr));
    });
  }

  #failed(said: string): RecordingError {
    return new RecordingError(`ffmpeg failed: ${said.trim().split('\n').at(-1)}`);
  }
}

function recordingArguments(display: string, draft: string): string[] {
  const { width, height } = SIZE;
  return [
    ...['-v', 'info', '-nostats', '-y'], // info: when it starts
    ...['-f', 'x11grab', '-draw_mouse', '0', '-framerate', String(FRAMES_PER_S)],
    ...['-video_size', `${width}x${height}`, '-thread_queue_size', '64', '-i', display],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', String(QUALITY_OF_DRAFT), '-pix_fmt', 'yuv420p'],
    ...['-fps_mode', 'vfr', draft],
  ];
}
