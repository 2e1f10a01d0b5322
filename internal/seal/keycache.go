package seal

import (
	"bytes"
	"container/list"
	"sync"
	"time"
)

const (
	maxOpenKeys = 4096            // about 2 KB each
	openKeyLife = 5 * time.Minute // from the opening, not from the last use: a disabled key dies in time
)

// keyCache holds opened keys. A hit needs the same owner, domain and wrapped bytes, so it can never give a key that the
// caller could not have unwrapped; the least recently used goes first.
type keyCache struct {
	now func() time.Time

	mu     sync.Mutex
	byUse  *list.List // of *openKey, the newest use in front
	byName map[keyName]*list.Element
	marks  uint64
}

type keyName struct {
	ownerID string
	domain  Domain
}

type openKey struct {
	name    keyName
	wrapped []byte
	key     *Key
	until   time.Time
}

func newKeyCache(now func() time.Time) *keyCache {
	return &keyCache{now: now, byUse: list.New(), byName: make(map[keyName]*list.Element)}
}

func (c *keyCache) get(ownerID string, d Domain, wrapped []byte) *Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byName[keyName{ownerID, d}]
	if !ok {
		return nil
	}
	open := el.Value.(*openKey)
	if !bytes.Equal(open.wrapped, wrapped) {
		return nil
	}
	if !c.now().Before(open.until) {
		c.remove(el)
		return nil
	}
	c.byUse.MoveToFront(el)
	return open.key
}

// mark is taken before a key is unwrapped and given to put, which then sees whether something was forgotten meanwhile.
func (c *keyCache) mark() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.marks
}

func (c *keyCache) put(mark uint64, ownerID string, d Domain, wrapped []byte, key *Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark != c.marks {
		return // a shredded key must not come back through a slower reader
	}
	name, now := keyName{ownerID, d}, c.now()
	if el, ok := c.byName[name]; ok {
		c.remove(el)
	}
	open := &openKey{name: name, wrapped: bytes.Clone(wrapped), key: key, until: now.Add(openKeyLife)}
	c.byName[name] = c.byUse.PushFront(open)
	for el := c.byUse.Back(); c.byUse.Len() > maxOpenKeys || !now.Before(el.Value.(*openKey).until); el = c.byUse.Back() {
		c.remove(el)
	}
}

func (c *keyCache) forget(ownerID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.marks++
	for d := General; d <= Agency; d++ {
		if el, ok := c.byName[keyName{ownerID, d}]; ok {
			c.remove(el)
		}
	}
}

func (c *keyCache) remove(el *list.Element) {
	delete(c.byName, el.Value.(*openKey).name)
	c.byUse.Remove(el)
}
