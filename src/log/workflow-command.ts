import type { CheckAnnotation } from '../domain/publication.ts';
import { makeLogLine, makeLogLines } from './log-line.ts';

/** A runner shows so many annotations of each kind in a step. */
const mostCommands = 10;
/** Characters of a message: a log is read in a window. */
const longestMessage = 2000;

const commands: Record<CheckAnnotation['level'], string> = {
  failure: 'error',
  warning: 'warning',
  notice: 'notice',
};

/**
 * The first annotations as the commands by which a runner of GitHub Actions shows them, each one line without its line
 * feed: `::warning file=a.go,line=3,endLine=4,title=…::message`. No text in them can end a command or begin another.
 */
export function writeAnnotationCommands(annotations: readonly CheckAnnotation[]): string[] {
  return annotations.slice(0, mostCommands).map(({ level, path, startLine, endLine, title, message }) => {
    const properties = [
      `file=${escapeProperty(makeLogLine(path))}`,
      `line=${startLine}`,
      `endLine=${endLine}`,
      `title=${escapeProperty(makeLogLine(title))}`,
    ];
    return `::${commands[level]} ${properties.join(',')}::${escapeData(makeLogLines(cut(message)))}`;
  });
}

function cut(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage).replace(/[\ud800-\udbff]$/, '')}…`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
