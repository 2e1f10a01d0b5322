package database

import "context"

type watchKey struct{}

// Watched is a context of which each statement is told to watch, in their order: a test can hold that two roads do the same work.
func Watched(ctx context.Context, watch func(statement string)) context.Context {
	return context.WithValue(ctx, watchKey{}, watch)
}

func watchOf(ctx context.Context) func(string) {
	watch, _ := ctx.Value(watchKey{}).(func(string))
	return watch
}
