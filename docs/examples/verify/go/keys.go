package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	answerLimit          = 1 << 20
	longestWithoutIssuer = 24 * time.Hour
)

var maxAge = regexp.MustCompile(`max-age=(\d{1,9})`)

// IssuerKeys holds the published keys of an issuer. It fetches when nothing is known, when what is known is old, and for an
// unknown kid; never more often than the cool-down.
type IssuerKeys struct {
	Issuer, Algorithm string
	Cooldown          time.Duration

	mutex    sync.Mutex
	keys     map[string]any
	read     time.Time
	next     time.Time
	lifetime time.Duration
	fault    error
}

// Find returns the key, ErrRefused when the issuer has none of that kid, and any other error when that could not be found out.
func (known *IssuerKeys) Find(kid string) (any, error) {
	known.mutex.Lock()
	defer known.mutex.Unlock()
	now := time.Now()
	_, found := known.keys[kid]
	if (!found || now.Sub(known.read) > known.lifetime) && !now.Before(known.next) {
		known.next = now.Add(known.Cooldown)
		if known.fault = known.fetch(); known.fault == nil {
			known.read = now
		}
	}
	if key, found := known.keys[kid]; found && now.Sub(known.read) < longestWithoutIssuer {
		return key, nil
	}
	if known.fault != nil || known.keys == nil {
		return nil, fmt.Errorf("the keys could not be read: %w", known.fault)
	}
	return nil, refused("unknown kid")
}

func (known *IssuerKeys) fetch() error {
	var document struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if _, err := get(strings.TrimSuffix(known.Issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
		return err
	}
	if document.Issuer != known.Issuer {
		return errors.New("the discovery document is another issuer's")
	}
	if origin(document.Keys) != origin(known.Issuer) {
		return errors.New("the keys are at another origin")
	}
	var set struct{ Keys []jwk }
	lifetime, err := get(document.Keys, &set)
	if err != nil {
		return err
	}
	keys := map[string]any{}
	for _, key := range set.Keys {
		if key.Algorithm != known.Algorithm || key.Kid == "" || (key.Use != "" && key.Use != "sig") {
			continue
		}
		public, err := key.public()
		if err != nil {
			return err
		}
		keys[key.Kid] = public
	}
	known.keys, known.lifetime = keys, lifetime
	return nil
}

type jwk struct {
	Kid       string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	N, E      string
	X, Y      string
}

func (key jwk) public() (any, error) {
	switch {
	case key.Type == "RSA" && strings.HasPrefix(key.Algorithm, "RS"):
		n, e := number(key.N), number(key.E)
		if n.BitLen() < 2048 || !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1 {
			return nil, errors.New("a weak key")
		}
		return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
	case key.Type == "EC" && key.Curve == "P-256" && key.Algorithm == "ES256":
		x, y := number(key.X), number(key.Y)
		if !elliptic.P256().IsOnCurve(x, y) {
			return nil, errors.New("a point that is not on the curve")
		}
		return &ecdsa.PublicKey{Curve: elliptic.P256(), X: x, Y: y}, nil
	}
	return nil, errors.New("a key that does not fit its algorithm")
}

func number(text string) *big.Int {
	bytes, err := base64URL.DecodeString(text)
	if err != nil {
		return new(big.Int)
	}
	return new(big.Int).SetBytes(bytes)
}

var client = &http.Client{
	Timeout:       5 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("redirected") },
}

// get reads a JSON document and says how long it may be kept.
func get(address string, document any) (time.Duration, error) {
	answer, err := client.Get(address)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %d", address, answer.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, answerLimit)).Decode(document); err != nil {
		return 0, err
	}
	lifetime := 5 * time.Minute
	if age := maxAge.FindStringSubmatch(answer.Header.Get("Cache-Control")); age != nil {
		seconds, _ := strconv.Atoi(age[1]) // At most nine digits.
		lifetime = time.Duration(seconds) * time.Second
	}
	if lifetime < time.Minute {
		lifetime = time.Minute
	}
	if lifetime > longestWithoutIssuer {
		lifetime = longestWithoutIssuer
	}
	return lifetime, nil
}

func origin(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host
}
