/**
 * Write-once files: the room's face.
 */
export { objectsFaults } from './faults.ts';
export { FolderObjects } from './folder-objects.ts';
export { runningDigests } from './running-digests.ts';
export { S3Objects, type S3Parts } from './s3-objects.ts';
export { syncFolder } from './sync-folder.ts';
export { type HeldObjects, TenantObjects } from './tenant-objects.ts';
export { readIfThere, replaceFile } from './whole-file.ts';
