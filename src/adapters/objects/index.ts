/**
 * Write-once files: the room's face.
 */
export { objectsFaults } from './faults.ts';
export { FolderObjects } from './folder-objects.ts';
export { syncFolder } from './sync-folder.ts';
export { TenantObjects } from './tenant-objects.ts';
