// Package mainjob walks Relais' main job from beginning to end, as the people who do it: through the pages in a browser and
// through the JSON API, on SQLite and on PostgreSQL. It holds the story and no rule of its own; only tests stand in it.
package mainjob
