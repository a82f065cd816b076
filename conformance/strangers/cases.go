package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// aCase is one text that somebody else has judged as well.
type aCase struct {
	Kind   string `json:"kind"`
	Text   []byte `json:"text"`
	Policy []byte `json:"policy"`
	Entry  []byte `json:"entry"`
}

// cases reads one JSON object a line and prints accepted or refused for each.
func cases() error {
	input := json.NewDecoder(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for input.More() {
		var one aCase
		if err := input.Decode(&one); err != nil {
			return err
		}
		word := "accepted"
		if judge(one) != nil {
			word = "refused"
		}
		fmt.Fprintln(output, word)
	}
	return nil
}

func judge(one aCase) (err error) {
	// torchwood's policy reader indexes a line of white space that is neither blank nor tab.
	defer func() {
		if stopped := recover(); stopped != nil {
			err = fmt.Errorf("stopped: %v", stopped)
		}
	}()
	switch one.Kind {
	case "note":
		_, err = note.Open(one.Text, note.VerifierList())
		// Without a known key a note that is one cannot be verified, and that is all there is to say.
		if _, unverified := err.(*note.UnverifiedNoteError); unverified {
			return nil
		}
		return err
	case "checkpoint":
		_, err = torchwood.ParseCheckpoint(string(one.Text))
		return err
	case "policy":
		_, err = torchwood.ParsePolicy(one.Text)
		return err
	case "proof":
		policy, err := torchwood.ParsePolicy(one.Policy)
		if err != nil {
			return err
		}
		return torchwood.VerifyProof(policy, tlog.RecordHash(one.Entry), one.Text)
	}
	return fmt.Errorf("unknown kind %q", one.Kind)
}
