// A peer for `npm run bench -- evidence`: Tessera's POSIX log, in process, on this computer's disk.
//
// tessera-peer FOLDER SECONDS WORKERS: unique entries of 512 bytes, batches of 1,000 or 200 ms; prints
// {"perSecond", "size", "p99Ms"}. The size is that of the last checkpoint the log signed, as ours is.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

const entryBytes = 512
const batchMax = 1000
const batchAge = 200 * time.Millisecond

func main() {
	if err := run(os.Args[1], number(os.Args[2]), number(os.Args[3])); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return value
}

func run(folder string, seconds, workers int) error {
	ctx := context.Background()
	secret, _, err := note.GenerateKey(rand.Reader, "tessera.example/peer")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(batchMax, batchAge).
		WithCheckpointInterval(batchAge)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	began := time.Now()
	waits := load(ctx, appender, began.Add(time.Duration(seconds)*time.Second), workers)
	if err := shutdown(ctx); err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	checkpoint, err := reader.ReadCheckpoint(ctx)
	if err != nil {
		return err
	}
	size := number(strings.Split(string(checkpoint), "\n")[1])
	slices.Sort(waits)
	p99 := waits[len(waits)*99/100]
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"perSecond": float64(size) / took,
		"size":      float64(size),
		"p99Ms":     float64(p99.Microseconds()) / 1000,
	})
}

func load(ctx context.Context, appender *tessera.Appender, end time.Time, workers int) []time.Duration {
	var next atomic.Uint64
	var lock sync.Mutex
	var all []time.Duration
	var group sync.WaitGroup
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			var own []time.Duration
			for time.Now().Before(end) {
				entry := make([]byte, entryBytes)
				binary.BigEndian.PutUint64(entry, next.Add(1))
				began := time.Now()
				if _, err := appender.Add(ctx, tessera.NewEntry(entry))(); err == nil {
					own = append(own, time.Since(began))
				}
			}
			lock.Lock()
			all = append(all, own...)
			lock.Unlock()
		}()
	}
	group.Wait()
	return all
}
