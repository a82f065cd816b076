// Command tlog checks a package's entries with golang.org/x/mod/sumdb/{note,tlog}: a foreign
// implementation of RFC 6962 proofs and signed notes. It prints one line for each proof file.
//
// Usage: tlog PACKAGE.zip LOG.vkey...
// The logs are those of the institutions of one house; a checkpoint names its own.
package main

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const partBytesMax = 64 << 20

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: tlog PACKAGE.zip LOG.vkey...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Println("refused", err)
		os.Exit(1)
	}
}

func run(path string, keyPaths []string) error {
	parts, err := read(path)
	if err != nil {
		return err
	}
	verifiers := []note.Verifier{}
	for _, keyPath := range keyPaths {
		key, err := os.ReadFile(keyPath)
		if err != nil {
			return err
		}
		verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	names := []string{}
	for name := range parts {
		if strings.HasPrefix(name, "proofs/") && strings.HasSuffix(name, ".tlog-proof") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	if len(names) == 0 {
		return fmt.Errorf("the package has no proof")
	}
	for _, name := range names {
		number := strings.TrimSuffix(strings.TrimPrefix(name, "proofs/"), ".tlog-proof")
		entry, found := parts["entries/"+number+".json"]
		if !found {
			return fmt.Errorf("%s has no entry", name)
		}
		if err := check(entry, string(parts[name]), note.VerifierList(verifiers...)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println("accepted", name)
	}
	return nil
}

func read(path string) (map[string][]byte, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	parts := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return nil, err
		}
		bytes, err := io.ReadAll(io.LimitReader(reader, partBytesMax))
		reader.Close()
		if err != nil {
			return nil, err
		}
		parts[file.Name] = bytes
	}
	return parts, nil
}

// check follows c2sp.org/tlog-proof: a head line, an optional extra line, the index, the hashes, an
// empty line, and the checkpoint as a signed note.
func check(entry []byte, proof string, logs note.Verifiers) error {
	head, checkpoint, found := strings.Cut(proof, "\n\n")
	if !found {
		return fmt.Errorf("no checkpoint")
	}
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("unknown head line %q", lines[0])
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return fmt.Errorf("no index line")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	hashes := tlog.RecordProof{}
	for _, line := range lines[1:] {
		hash, err := hashOf(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	// The witnesses' cosignatures are of a kind that x/mod does not know; the log's own must hold.
	opened, err := note.Open([]byte(checkpoint), logs)
	if err != nil {
		return err
	}
	fields := strings.Split(opened.Text, "\n")
	if len(fields) < 3 {
		return fmt.Errorf("the checkpoint is too short")
	}
	size, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := hashOf(fields[2])
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, size, root, index, tlog.RecordHash(entry))
}

func hashOf(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(bytes) != len(hash) {
		return hash, fmt.Errorf("not a hash: %q", text)
	}
	copy(hash[:], bytes)
	return hash, nil
}
