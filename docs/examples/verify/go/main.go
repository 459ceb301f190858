// Verifies the OpenID tokens of one identity pool, with the standard library alone.
//
//	ISSUER=https://identity.example.com POOL=us-east-1:… go run . < tokens.txt
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"log"
	"net/url"
	"os"
	"strconv"
	"time"
)

func main() {
	verifier := fromEnvironment()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := answers.Encode(answer(verifier, lines.Text())); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func answer(verifier *TokenVerifier, token string) any {
	sender, err := verifier.Verify(token)
	switch {
	case err == nil:
		return struct {
			OK bool `json:"ok"`
			*Sender
		}{true, sender}
	case errors.Is(err, ErrRefused):
		return map[string]any{"ok": false, "refused": err.Error()}
	}
	return map[string]any{"ok": false, "unavailable": err.Error()}
}

func fromEnvironment() *TokenVerifier {
	issuer, algorithm := os.Getenv("ISSUER"), os.Getenv("ALGORITHM")
	requireSafe(issuer)
	if algorithm == "" {
		algorithm = "RS512"
	}
	if _, known := hashes[algorithm]; !known {
		log.Fatalf("%s is not an algorithm of ours", algorithm)
	}
	return &TokenVerifier{
		Issuer:      issuer,
		Pool:        os.Getenv("POOL"),
		Algorithm:   algorithm,
		AllowGuests: os.Getenv("ALLOW_GUESTS") == "true",
		MaxAge:      seconds("MAX_AGE", 86400),
		Keys: &IssuerKeys{
			Issuer: issuer, Algorithm: algorithm, Cooldown: time.Duration(seconds("COOLDOWN", 30)) * time.Second,
		},
	}
}

// requireSafe stops the program unless the address is https. Plain http is for tests on this machine.
func requireSafe(address string) {
	parsed, err := url.Parse(address)
	if err != nil {
		log.Fatal(err)
	}
	host := parsed.Hostname()
	if parsed.Scheme != "https" && !(parsed.Scheme == "http" && (host == "127.0.0.1" || host == "::1" || host == "localhost")) {
		log.Fatalf("%s must be https", address)
	}
}

func seconds(name string, otherwise int64) int64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return number
}
