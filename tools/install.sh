# Makes node_modules whole, puts its Node 24 first on the PATH, builds the pages and the program.
# Sourced by ./start, ./check and bin/fubie from the root of the repository; needs only npm and any Node.
#
# npm ci runs only when the lock changed since the last whole install: its digest is written after
# npm ci succeeded, so that an interrupted install is done again.

fubie_lock_digest() {
  { sha256sum 2>/dev/null || cksum; } < package-lock.json | cut -d' ' -f1
}

fubie_install() {
  if [ "$(cat node_modules/.fubie-lock 2>/dev/null)" = "$(fubie_lock_digest)" ]; then return 0; fi
  command -v npm >/dev/null 2>&1 || { echo 'fubie: npm (with Node 20 or newer) is needed' >&2; return 1; }
  echo 'fubie: installing packages (only when the lock changed)' >&2
  # The headers for add-ons come from the Node we install, and a bare npm on Node 20 would print
  # an engine warning for every package.
  npm_config_nodedir="$PWD/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')" \
    npm_config_loglevel=error npm ci >&2 || return 1
  fubie_lock_digest > node_modules/.fubie-lock
}

fubie_install || exit 4
export PATH="$PWD/node_modules/.bin:$PATH"
# The pages and dist/core.mjs; returns at once when nothing they are made of has changed.
node --disable-warning=ExperimentalWarning web/build.ts || exit 4
# The program in few files: a house of eighteen processes starts in half the time.
node --disable-warning=ExperimentalWarning tools/bundle.ts || exit 4
