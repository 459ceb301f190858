package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

const (
	tagsClaim       = "https://aws.amazon.com/tags"
	clockDifference = 30
)

// ErrRefused says that the token is not good; trying again does not help.
var ErrRefused = errors.New("refused")

var (
	base64URL = base64.RawURLEncoding.Strict()
	identity  = regexp.MustCompile(`^[\w-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	hashes    = map[string]crypto.Hash{"RS512": crypto.SHA512, "RS256": crypto.SHA256, "ES256": crypto.SHA256}
)

// Sender is who sent a token.
type Sender struct {
	IdentityID string            `json:"identityId"`
	Methods    []string          `json:"methods"`
	Tags       map[string]string `json:"tags"`
	ExpiresAt  int64             `json:"expiresAt"`
}

// TokenVerifier verifies the tokens of one pool. The algorithm comes from here and never from the token or the discovery document.
type TokenVerifier struct {
	Issuer, Pool, Algorithm string
	AllowGuests             bool
	MaxAge                  int64
	Keys                    *IssuerKeys
}

// Verify returns ErrRefused when the token is not good, and any other error when that could not be found out.
func (v *TokenVerifier) Verify(token string) (*Sender, error) {
	parts := strings.Split(token, ".")
	if len(token) > 65536 || len(parts) != 3 {
		return nil, refused("not a signed token")
	}
	key, err := v.keyOf(parts[0])
	if err != nil {
		return nil, err
	}
	signature, err := base64URL.DecodeString(parts[2])
	if err != nil || !v.isSigned(key, parts[0]+"."+parts[1], signature) {
		return nil, refused("the signature does not fit")
	}
	claims, err := object(parts[1])
	if err != nil {
		return nil, err
	}
	return v.whoSent(claims)
}

func (v *TokenVerifier) keyOf(part string) (any, error) {
	header, err := object(part)
	if err != nil {
		return nil, err
	}
	_, conditions := header["crit"]
	_, unencoded := header["b64"]
	if header["alg"] != v.Algorithm || conditions || unencoded {
		return nil, refused("another algorithm, or one with conditions")
	}
	kid, ok := header["kid"].(string)
	if !ok {
		return nil, refused("no kid")
	}
	return v.Keys.Find(kid)
}

func (v *TokenVerifier) isSigned(key any, input string, signature []byte) bool {
	algorithm := hashes[v.Algorithm]
	hash := algorithm.New()
	hash.Write([]byte(input))
	switch public := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(public, algorithm, hash.Sum(nil), signature) == nil
	case *ecdsa.PublicKey:
		return len(signature) == 64 && ecdsa.Verify(
			public, hash.Sum(nil), new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
	}
	return false
}

func (v *TokenVerifier) whoSent(claims map[string]any) (*Sender, error) {
	now := float64(time.Now().Unix())
	expiry, hasExpiry := claims["exp"].(float64)
	issued, hasIssued := claims["iat"].(float64)
	notBefore, hasNotBefore := claims["nbf"]
	from, isNumber := notBefore.(float64)
	sub, _ := claims["sub"].(string)
	methods, isList := texts(claims["amr"])
	tags, wellFormed := tagsOf(claims[tagsClaim])
	switch {
	case claims["iss"] != v.Issuer:
		return nil, refused("another issuer")
	case claims["aud"] != v.Pool:
		return nil, refused("aud is not the pool alone")
	case !hasExpiry || now >= expiry+clockDifference:
		return nil, refused("expired")
	case !hasIssued || issued > now+clockDifference || now-issued > float64(v.MaxAge+clockDifference):
		return nil, refused("too old, or from the future")
	case hasNotBefore && (!isNumber || from > now+clockDifference):
		return nil, refused("not yet good")
	case !identity.MatchString(sub):
		return nil, refused("sub is not an identity")
	case !isList:
		return nil, refused("amr is not a list")
	case !contains(methods, "authenticated") && !(v.AllowGuests && contains(methods, "unauthenticated")):
		return nil, refused("a guest")
	case !wellFormed:
		return nil, refused("principal tags are malformed")
	}
	return &Sender{sub, methods, tags, int64(expiry)}, nil
}

func tagsOf(claim any) (map[string]string, bool) {
	tags := map[string]string{}
	if claim == nil {
		return tags, true
	}
	all, _ := claim.(map[string]any)
	named, ok := all["principal_tags"].(map[string]any)
	for key, values := range named {
		list, isList := texts(values)
		if !isList || len(list) != 1 {
			return nil, false
		}
		tags[key] = list[0]
	}
	return tags, ok
}

func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	var all []string
	for _, element := range list {
		text, isText := element.(string)
		if !isText {
			return nil, false
		}
		all = append(all, text)
	}
	return all, ok
}

func contains(list []string, wanted string) bool {
	for _, text := range list {
		if text == wanted {
			return true
		}
	}
	return false
}

// object reads a part as a map, because Go's structs would take a name in any case for ours.
func object(part string) (map[string]any, error) {
	bytes, err := base64URL.DecodeString(part)
	if err != nil {
		return nil, refused("not base64url")
	}
	var members map[string]any
	if json.Unmarshal(bytes, &members) != nil {
		return nil, refused("not a JSON object")
	}
	return members, nil
}

func refused(reason string) error { return fmt.Errorf("%w: %s", ErrRefused, reason) }
