package httpkit

// What JSON operations have in common. A slice's api.go says what goes in and out and which use case is called.

// Creates is the operation of a creation: 201, and an Idempotency-Key.
func (op Operation) Creates() Operation {
	op.Status, op.NeedsIdempotencyKey = 201, true
	return op
}

// Changes is the operation of a change of an existing thing, which wants an If-Match.
func (op Operation) Changes() Operation { op.NeedsIfMatch = true; return op }

// Silent is an operation after which there is nothing to say: 204.
func (op Operation) Silent() Operation { op.Status = 204; return op }

// Below is an operation whose grant is that of another parent than its neighbours'.
func (op Operation) Below(parent string) Operation { op.Parent = parent; return op }

// Nothing is the answer of a silent operation.
type Nothing struct{}

// Paged says where a page of a list begins, for embedding in an input.
type Paged struct {
	After string `query:"after" doc:"The place that the page before gave as next"`
}

// Listed is a page of a list.
type Listed[T any] struct{ Body Rows[T] }

// Rows are the things on a page of a list; Next is where the next page begins, and empty on the last.
type Rows[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// ListOf answers with a page of a list; next is the cursor where the next one begins.
func ListOf[R, T any](rows []R, body func(*R) T, next string) *Listed[T] {
	page := Rows[T]{Items: make([]T, 0, len(rows)), Next: next}
	for i := range rows {
		page.Items = append(page.Items, body(&rows[i]))
	}
	return &Listed[T]{Body: page}
}

// Versioned is a thing with the version that a change of it has to name.
type Versioned[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// VersionOf answers with a thing as it is in a version.
func VersionOf[T any](version int64, body T) *Versioned[T] {
	return &Versioned[T]{ETag: ETag(version), Body: body}
}

// Made answers a creation with the id of what was made, and where it is.
type Made struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

// MadeAt answers a creation; path is where what was made lies below /api/v1.
func MadeAt(path, id string) *Made {
	out := &Made{Location: APIPath + path}
	out.Body.ID = id
	return out
}
