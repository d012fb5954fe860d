package tlscert

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"

	"jump/internal/atomicfile"
)

// load reads what save kept. The answer's Leaf is set.
func load(dir, name string) (*tls.Certificate, error) {
	base := filepath.Join(dir, name)
	pair, err := tls.LoadX509KeyPair(base+".pem", base+".key")
	if err != nil {
		return nil, err
	}
	if pair.Leaf == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	return &pair, err
}

// save keeps a certificate and its key in dir. The key comes first: a key
// without its certificate is made anew, the other way round would not be.
func save(dir, name string, der []byte, key *ecdsa.PrivateKey) (*tls.Certificate, error) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key %q: %w", name, err)
	}
	base := filepath.Join(dir, name)
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	if err := atomicfile.Write(base+".key", keyPEM, 0o600); err != nil {
		return nil, fmt.Errorf("write key %q: %w", name, err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := atomicfile.Write(base+".pem", certPEM, 0o644); err != nil {
		return nil, fmt.Errorf("write certificate %q: %w", name, err)
	}
	return load(dir, name)
}
