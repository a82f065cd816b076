import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { scratchPasswords as passwords } from './scratch.ts';

describe('the embedded database', () => {
  let folder = '';
  let running: Embedded | undefined;
  const start = async (): Promise<Embedded> => {
    running = await startEmbedded({ folder, passwords });
    return running;
  };
  const ask = async (url: string, sql: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ answer: unknown }>(sql);
      return rows[0]?.answer;
    } finally {
      await client.end();
    }
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
    const embedded = await start();
    await migrate(embedded.url('fubie_owner'), passwords);
    await ask(embedded.url('fubie_owner'), 'create table kept (word text)');
    await ask(embedded.url('fubie_owner'), `insert into kept values ('durable')`);
  });
  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('keeps every write on the disk and listens on no network', async () => {
    const owner = running?.url('fubie_owner') ?? '';
    expect(await ask(owner, `select current_setting('fsync') as answer`)).toBe('on');
    expect(await ask(owner, `select current_setting('listen_addresses') as answer`)).toBe('');
    expect(await readFile(join(folder, 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(
      /^[^#].*\b(trust|md5|password)$/m,
    );
  });

  test('refuses a wrong password of any role', async () => {
    const wrong = (running?.url('fubie_app') ?? '').replace('scratch-app', 'scratch-guess');
    await expect(ask(wrong, 'select 1 as answer')).rejects.toMatchObject({ code: '28P01' });
  });

  test('adopts the postmaster that a killed process left over', async () => {
    const first = running;
    const second = await start();
    expect(second.mode).toBe('adopted');
    expect(second.pid).toBe(first?.pid);
    expect(await ask(second.url('fubie_owner'), 'select word as answer from kept')).toBe('durable');
    await second.stop();
    const third = await start();
    expect(third.mode).not.toBe('adopted');
  });

  test('a left-over one whose socket is elsewhere or gone is started where asked', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
    const first = running;
    running = await startEmbedded({ folder, socketFolder: elsewhere, passwords });
    expect(running.pid).not.toBe(first?.pid);
    await rm(elsewhere, { recursive: true, force: true });
    running = await startEmbedded({ folder, socketFolder: elsewhere, passwords });
    expect(await ask(running.url('fubie_owner'), 'select 1 as answer')).toBe(1);
    await start();
    await rm(elsewhere, { recursive: true, force: true });
  });

  test('starts again after kill -9 of PostgreSQL itself and has lost nothing', async () => {
    await ask(running?.url('fubie_owner') ?? '', `update kept set word = 'before the kill'`);
    const killed = running;
    expect(killed?.alive()).toBe(true);
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    // Whoever runs it must hear of it, or nobody starts it again.
    await vi.waitFor(() => expect(killed?.alive()).toBe(false));
    const again = await start();
    const word = await ask(again.url('fubie_owner'), 'select word as answer from kept');
    expect(word).toBe('before the kill');
  });

  test('a lock file whose process id now belongs to another program does not stop it', async () => {
    await running?.stop();
    const lock = `${process.pid}\n${join(folder, 'data')}\n`;
    await writeFile(join(folder, 'data', 'postmaster.pid'), lock);
    await writeFile(join(folder, '.s.PGSQL.5432.lock'), lock);
    const again = await start();
    expect(again.mode).not.toBe('adopted');
    expect(await ask(again.url('fubie_owner'), 'select 1 as answer')).toBe(1);
  });

  test('a half-made data folder is never used', async () => {
    const half = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
    await mkdir(join(half, 'data.half'));
    await writeFile(join(half, 'data.half', 'PG_VERSION'), '18');
    const embedded = await startEmbedded({ folder: half, passwords });
    try {
      expect(await ask(embedded.url('fubie_owner'), 'select 1 as answer')).toBe(1);
      expect(existsSync(join(half, 'password.half'))).toBe(false);
    } finally {
      await embedded.stop();
      await rm(half, { recursive: true, force: true });
    }
  });

  test('a deep folder puts its socket into a short one; a too long path is refused', async () => {
    const base = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
    const deep = join(base, 'd'.repeat(60), 'e'.repeat(60));
    await expect(startEmbedded({ folder: deep, passwords })).rejects.toMatchObject({
      code: 'postgres.socket_path_too_long',
    });
    const place = { folder: deep, socketFolder: join(base, 's'), passwords };
    const embedded = await startEmbedded(place);
    try {
      expect(await ask(embedded.url('fubie_owner'), 'select 1 as answer')).toBe(1);
    } finally {
      await embedded.stop();
      await rm(base, { recursive: true, force: true });
    }
  });

  test('other secrets than at the first start are refused by name', async () => {
    const others = { ...passwords, postgres: 'scratch-guess' };
    await expect(startEmbedded({ folder, passwords: others })).rejects.toMatchObject({
      code: 'postgres.password_refused',
    });
  });

  // As an ordinary user every test above runs as one; as root these two show the other ways.
  describe('under another user id', () => {
    const needsRoot = process.geteuid?.() === 0 ? undefined : 'only root can become another user';
    const nobody = 65_534;
    let home = '';
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'fubie-pg-'));
    });
    afterAll(() => rm(home, { recursive: true, force: true }));
    const modeOf = (place: string, options: SpawnSyncOptions): string => {
      const module = new URL('./embedded.ts', import.meta.url).href;
      const program = `
        const { startEmbedded } = await import(${JSON.stringify(module)});
        const place = ${JSON.stringify({ folder: place, passwords })};
        const embedded = await startEmbedded(place);
        console.log(embedded.mode);
        await embedded.stop();`;
      const given = ['--input-type=module', '-e', program];
      const ended = spawnSync(process.execPath, given, { ...options, encoding: 'utf8' });
      return `${ended.stdout}${ended.stderr}`.trim();
    };

    test('runs for an ordinary user too', async (context) => {
      if (needsRoot !== undefined) return context.skip(needsRoot);
      const place = join(home, 'ordinary');
      await mkdir(place, { mode: 0o700 });
      await chown(place, nobody, nobody);
      await chmod(home, 0o711);
      expect(modeOf(place, { uid: nobody, gid: nobody })).toBe('direct');
    });

    test('runs as nobody where root may make no user namespace', async (context) => {
      if (needsRoot !== undefined) return context.skip(needsRoot);
      await chmod(home, 0o711);
      expect(modeOf(join(home, 'root'), { env: { PATH: '/nonexistent' } })).toBe('nobody');
    });
  });
});
