# Turns the output of go test -bench into a table of ratios: one row a benchmark, its best time over all rounds, and how
# that compares with the reference of its group. In BenchmarkRead/bare/clients=16 the group is Read with clients=16, and
# the variant that ran first, here bare, is the reference. A benchmark without variants stands alone.

function ns(value) {
  return value >= 100 ? sprintf("%.0f", value) : sprintf("%.1f", value)
}

/^pkg: / { package = $2; sub(/.*\//, "", package) }

/^Benchmark/ && $4 == "ns/op" {
  name = $1
  sub(/^Benchmark/, "", name)
  sub(/-[0-9]+$/, "", name)
  key = package "." name
  if (!(key in best)) {
    order[++rows] = key
    best[key] = $3
    parts = split(name, part, "/")
    rest = ""
    for (i = 3; i <= parts; i++) rest = rest "/" part[i]
    group[key] = parts > 1 ? package "." part[1] rest : ""
    if (group[key] != "" && !(group[key] in reference)) reference[group[key]] = key
  }
  if ($3 + 0 < best[key] + 0) best[key] = $3
  for (i = 5; i < NF; i += 2) if ($(i + 1) == "allocs/op") allocations[key] = $i
}

END {
  printf "%-64s %12s %10s %10s %10s\n", "benchmark", "ns/op", "speed", "time", "allocs/op"
  for (row = 1; row <= rows; row++) {
    key = order[row]
    against = group[key] == "" ? key : reference[group[key]]
    speed = time = "-"
    if (against == key && group[key] != "") speed = time = "1.00"
    else if (against != key) {
      speed = sprintf("%.2f", best[against] / best[key])
      time = sprintf("%.2f", best[key] / best[against])
    }
    printf "%-64s %12s %10s %10s %10s\n", key, ns(best[key] + 0), speed, time, allocations[key]
  }
}
