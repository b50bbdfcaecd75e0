// Reads the drawing of a benchmark's topology, with which its file opens.

import fs from 'node:fs';
import path from 'node:path';

/** @param file as `Benchmark.file` has it */
export function drawingOf(file: string): string {
  const lines = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
