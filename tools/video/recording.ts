// Records the screen with ffmpeg. The film is compressed afterwards, because compressing is slower than real time.

import { type ChildProcess, execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { TicklineError } from '../../src/platform/errors.ts';
import { startChild, stopChild } from './child.ts';
import { SIZE } from './screen.ts';

const run = promisify(execFile);

const FRAMES_PER_S = 12;
/** Lower is better and larger. Text is legible up to about 34. */
const QUALITY = 33;
const QUALITY_OF_DRAFT = 12;
const QUIET = ['-v', 'error', '-y'];

/** ffmpeg wrote no film. */
class RecordingError extends TicklineError {
  constructor(said: string) {
    super(`ffmpeg failed: ${said.trim().split('\n').at(-1)}`);
  }
}

export class Recording implements AsyncDisposable {
  readonly #draft: string;
  readonly #ffmpeg: ChildProcess;
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

  /** Stops the recording and compresses it into `file`, an MP4. @throws RecordingError */
  async finish(file: string): Promise<void> {
    await stopChild(this.#ffmpeg, 'SIGINT'); // on SIGINT it completes the file
    if (!fs.existsSync(this.#draft)) throw new RecordingError(this.#said);
    const packing = ['-c:v', 'libx264', '-preset', 'medium', '-crf', String(QUALITY), '-pix_fmt', 'yuv420p'];
    const layout = ['-g', String(FRAMES_PER_S * 10), '-movflags', '+faststart'];
    await run('ffmpeg', [...QUIET, '-i', this.#draft, ...packing, ...layout, file]).catch((error) => {
      throw new RecordingError(String(error.stderr));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#ffmpeg, 'SIGINT');
  }
}

function recordingArguments(display: string, draft: string): string[] {
  const { width, height } = SIZE;
  return [
    ...[...QUIET, '-f', 'x11grab', '-draw_mouse', '0', '-framerate', String(FRAMES_PER_S)],
    ...['-video_size', `${width}x${height}`, '-thread_queue_size', '16', '-i', display],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', String(QUALITY_OF_DRAFT), '-pix_fmt', 'yuv420p'],
    ...['-fps_mode', 'vfr', draft],
  ];
}
