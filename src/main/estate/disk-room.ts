/**
 * Which disks of the house are full, or nearly so: whoever cannot write can raise no alarm of his
 * own, and a database that is full still answers every question.
 */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

import type { Alarm } from '#trust/evidence';

const mebibyte = 1_048_576;
/** Less than this is told of any disk; of a large one its fiftieth part, up to 20 GiB. */
const freeBytesMin = 1_024 * mebibyte;
const freeBytesEnough = 20 * freeBytesMin;
const largeShare = 50;
/** A disk may have room and no names left. */
const freeFilesMin = 10_000;

/** What grows: rows, the logs' public files, originals, and each process's own journal. */
const growing = ['database', 'log', 'objects', 'sequencer', 'witness-sentinel'] as const;

/** How much room a folder's disk has. */
export interface DiskRoom {
  readonly folder: string;
  readonly freeBytes: number;
  readonly low: boolean;
}

/** Of the folders that are there, as `fubie start` lays them out below one root. */
export async function diskRooms(root: string): Promise<readonly DiskRoom[]> {
  const rooms = await Promise.all(growing.map((folder) => roomOf(root, folder)));
  return rooms.filter((room) => room !== undefined);
}

/** `disk_low` with every folder of which that is so. */
export async function lowDisks(root: string): Promise<readonly Alarm[]> {
  const low = (await diskRooms(root)).filter((room) => room.low);
  if (low.length === 0) return [];
  return [{ code: 'disk_low', detail: low.map(roomText).join(', ') }];
}

function roomText({ folder, freeBytes }: DiskRoom): string {
  return `${folder}: ${Math.floor(freeBytes / mebibyte)} MiB free`;
}

async function roomOf(root: string, folder: string): Promise<DiskRoom | undefined> {
  const disk = await statfs(join(root, folder)).catch(() => undefined);
  if (disk === undefined) return undefined;
  const { bsize, blocks, bavail, files, ffree } = disk;
  return { folder, freeBytes: bavail * bsize, low: isLow({ bsize, blocks, bavail, files, ffree }) };
}

/** What statfs(2) says of a disk. */
export interface DiskSaid {
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

export function isLow({ bsize, blocks, bavail, files, ffree }: DiskSaid): boolean {
  const share = (blocks * bsize) / largeShare;
  const needed = Math.min(freeBytesEnough, Math.max(freeBytesMin, share));
  return bavail * bsize < needed || (files > 0 && ffree < freeFilesMin);
}
