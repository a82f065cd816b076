// Command strangers lets programs that Fubie's authors did not write judge its log.
//
//	strangers tree DIR VKEY            golang.org/x/mod: every tile, root, inclusion, consistency
//	strangers proof POLICY ENTRY PROOF filippo.io/torchwood: a .tlog-proof under a tlog-policy
//	strangers package POLICY ZIP       the same for every entry of an evidence package
//	strangers mldsa VKEY CHECKPOINT    filippo.io/mldsa: a cosignature of type 0x06
//	strangers cases < LINES            x/mod and torchwood: texts, one answer a line
//
// It prints `accepted …` and exits 0, or `refused …` and exits 1.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/mldsa"
	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("refused", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "tree":
		return tree(args[1], args[2])
	case len(args) == 4 && args[0] == "proof":
		return proof(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "package":
		return packaged(args[1], args[2])
	case len(args) == 3 && args[0] == "mldsa":
		return cosigned(args[1], args[2])
	case len(args) == 1 && args[0] == "cases":
		return cases()
	}
	return fmt.Errorf("usage: strangers tree|proof|package|mldsa|cases …")
}

type folder string

func (dir folder) Height() int                         { return tileHeight }
func (dir folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (dir folder) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(dir), path))
}
func (dir folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		held, err := dir.read(torchwood.TilePath(tile))
		if err != nil {
			return nil, err
		}
		data[i] = held
	}
	return data, nil
}

func tree(dir, vkeyPath string) error {
	verifier, err := noteVerifier(vkeyPath)
	if err != nil {
		return err
	}
	signed, err := folder(dir).read("checkpoint")
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return err
	}
	head := tlog.Tree{N: checkpoint.N, Hash: checkpoint.Hash}
	// Tiles are authenticated against the signed root as they are read.
	reader := tlog.TileHashReader(head, folder(dir))
	for index := int64(0); index < head.N; index++ {
		entry, err := entryAt(folder(dir), index, head.N)
		if err != nil {
			return err
		}
		path, err := tlog.ProveRecord(head.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(path, head.N, head.Hash, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	for size := int64(1); size <= head.N; size = size*2 + 1 {
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			return err
		}
		path, err := tlog.ProveTree(head.N, size, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(path, head.N, head.Hash, size, root); err != nil {
			return fmt.Errorf("size %d: %w", size, err)
		}
	}
	fmt.Println("accepted", head.N, "entries")
	return nil
}

// entryAt reads c2sp.org/tlog-tiles entry bundles: big-endian uint16 lengths.
func entryAt(dir folder, index, size int64) ([]byte, error) {
	tile := tlog.TileForIndex(tileHeight, tlog.StoredHashIndex(0, index))
	tile.W = int(min(int64(1<<tileHeight), size-tile.N<<tileHeight))
	tile.L = -1
	bundle, err := dir.read(torchwood.TilePath(tile))
	if err != nil {
		return nil, err
	}
	for at := index % (1 << tileHeight); ; at-- {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("bundle %d is too short", tile.N)
		}
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			return nil, fmt.Errorf("bundle %d is cut off", tile.N)
		}
		if at == 0 {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
}

func policyIn(path string) (torchwood.Policy, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return torchwood.ParsePolicy(text)
}

func packaged(policyPath, zipPath string) error {
	policy, err := policyIn(policyPath)
	if err != nil {
		return err
	}
	archive, err := zip.OpenReader(zipPath)
	if err != nil {
		return err
	}
	defer archive.Close()
	proofs, _ := fs.Glob(archive, "proofs/*.tlog-proof")
	for _, name := range proofs {
		held, err := fs.ReadFile(archive, name)
		if err != nil {
			return err
		}
		number := strings.TrimSuffix(filepath.Base(name), ".tlog-proof")
		entry, err := fs.ReadFile(archive, "entries/"+number+".json")
		if err != nil {
			return err
		}
		if err := torchwood.VerifyProof(policy, tlog.RecordHash(entry), held); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(proofs) == 0 {
		return fmt.Errorf("the package has no proof")
	}
	fmt.Println("accepted", len(proofs), "proofs")
	return nil
}

func proof(policyPath, entryPath, proofPath string) error {
	policy, err := policyIn(policyPath)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(entryPath)
	if err != nil {
		return err
	}
	held, err := os.ReadFile(proofPath)
	if err != nil {
		return err
	}
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(entry), held); err != nil {
		return err
	}
	fmt.Println("accepted", proofPath)
	return nil
}

// cosigned checks c2sp.org/tlog-cosignature, type 0x06, by the text of that page alone.
func cosigned(vkeyPath, checkpointPath string) error {
	vkey, err := os.ReadFile(vkeyPath)
	if err != nil {
		return err
	}
	parts := strings.SplitN(strings.TrimSpace(string(vkey)), "+", 3)
	if len(parts) != 3 {
		return fmt.Errorf("no vkey")
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) == 0 || material[0] != 0x06 {
		return fmt.Errorf("no vkey of type 0x06")
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	if hint, err := strconv.ParseUint(parts[1], 16, 32); err != nil || uint32(hint) != binary.BigEndian.Uint32(id[:]) {
		return fmt.Errorf("another key id")
	}
	key, err := mldsa.NewPublicKey(mldsa.MLDSA44(), material[1:])
	if err != nil {
		return err
	}
	signed, err := os.ReadFile(checkpointPath)
	if err != nil {
		return err
	}
	body, lines, found := bytes.Cut(signed, []byte("\n\n"))
	if !found {
		return fmt.Errorf("no note")
	}
	checkpoint, err := torchwood.ParseCheckpoint(string(body) + "\n")
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(lines), "\n") {
		encoded, found := strings.CutPrefix(line, "— "+parts[0]+" ")
		if !found {
			continue
		}
		signature, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(signature) != 4+8+2420 || !bytes.Equal(signature[:4], id[:4]) {
			continue
		}
		if err := mldsa.Verify(key, message(parts[0], signature[4:12], checkpoint), signature[12:], nil); err != nil {
			return err
		}
		fmt.Println("accepted", parts[0])
		return nil
	}
	return fmt.Errorf("no cosignature of %s", parts[0])
}

func message(name string, time []byte, checkpoint torchwood.Checkpoint) []byte {
	var text bytes.Buffer
	text.WriteString("subtree/v1\n\x00")
	text.WriteByte(byte(len(name)))
	text.WriteString(name)
	text.Write(time)
	text.WriteByte(byte(len(checkpoint.Origin)))
	text.WriteString(checkpoint.Origin)
	text.Write(binary.BigEndian.AppendUint64(nil, 0))
	text.Write(binary.BigEndian.AppendUint64(nil, uint64(checkpoint.N)))
	text.Write(checkpoint.Hash[:])
	return text.Bytes()
}

func noteVerifier(path string) (note.Verifier, error) {
	vkey, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(strings.TrimSpace(string(vkey)))
}
