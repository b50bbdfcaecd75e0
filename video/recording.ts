// The film: what the screen shows, with captions below, by ffmpeg.

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { TicklineError } from '../src/system/errors.ts';
import { endChild, startChild } from './child.ts';
import { BOLD_FONT, FONT } from './needs.ts';
import { SIZE } from './screen.ts';

const FRAMES_PER_S = 12;
/** The lower, the better and the larger: text is legible up to about 30. */
const QUALITY = 25;
const STRIP_TOP = SIZE.height - SIZE.caption;

/** ffmpeg did not write a film. */
class RecordingError extends TicklineError {
  constructor(said: string) {
    super(`ffmpeg failed: ${said.trim().split('\n').at(-1)}`);
  }
}

/** The two lines below the picture. */
export interface Caption {
  readonly title: string;
  readonly text: string;
}

export class Recording implements AsyncDisposable {
  readonly #folder: string;
  readonly #ffmpeg: ChildProcess;
  #said = '';

  /** Starts to record `display` into `file`, an MP4. `folder` is for the files of the captions. */
  constructor(display: string, file: string, folder: string) {
    this.#folder = folder;
    this.caption({ title: ' ', text: ' ' });
    this.#ffmpeg = startChild('ffmpeg', recordingArguments(display, file, folder), {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#ffmpeg.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  /** Shows another caption from now on. ffmpeg reads the files again for every frame, so they are replaced whole. */
  caption({ title, text }: Caption): void {
    for (const [name, line] of Object.entries({ title, text })) {
      const file = path.join(this.#folder, name);
      fs.writeFileSync(`${file}.new`, line);
      fs.renameSync(`${file}.new`, file);
    }
  }

  /** Ends the film and waits until it is written. @throws RecordingError */
  async finish(): Promise<void> {
    await endChild(this.#ffmpeg, 'SIGINT');
    // ffmpeg calls an end by a signal 255, and has written the file all the same.
    if (this.#ffmpeg.exitCode !== 255 && this.#ffmpeg.exitCode !== 0) throw new RecordingError(this.#said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endChild(this.#ffmpeg, 'SIGINT');
  }
}

function recordingArguments(display: string, file: string, folder: string): string[] {
  const { width, height } = SIZE;
  const captions = [
    `drawbox=y=${STRIP_TOP}:h=${SIZE.caption}:color=0x161b22:t=fill`,
    drawText(path.join(folder, 'title'), { font: BOLD_FONT, size: 24, top: 8, color: 'white' }),
    drawText(path.join(folder, 'text'), { font: FONT, size: 20, top: 38, color: '0xc9d1d9' }),
  ];
  return [
    ...['-v', 'error', '-y', '-f', 'x11grab', '-draw_mouse', '0', '-framerate', String(FRAMES_PER_S)],
    ...['-video_size', `${width}x${height}`, '-thread_queue_size', '512', '-i', display],
    ...['-vf', captions.join(','), '-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(QUALITY)],
    ...['-pix_fmt', 'yuv420p', '-g', String(FRAMES_PER_S * 10), '-movflags', '+faststart', file],
  ];
}

function drawText(
  file: string,
  look: { readonly font: string; readonly size: number; readonly top: number; readonly color: string },
): string {
  const y = STRIP_TOP + look.top;
  return (
    `drawtext=textfile=${file}:reload=1:expansion=none:fontfile=${look.font}:fontsize=${look.size}` +
    `:fontcolor=${look.color}:x=20:y=${y}`
  );
}
