package httpkit

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts and times requests by route template; no label can hold an id.
type metrics struct {
	count *prometheus.CounterVec
	time  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	return &metrics{
		count: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "relais_http_requests_total",
			Help: "Requests answered, by method, route template and status."}, []string{"method", "route", "status"}),
		time: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "relais_http_request_seconds",
			Help:    "Time to answer a request, by method and route template.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"method", "route"}),
	}
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.count.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.time.WithLabelValues(method, route).Observe(took.Seconds())
}

// Collectors are the kit's metrics, to be registered with the program's registry.
func (k *Kit) Collectors() []prometheus.Collector {
	return []prometheus.Collector{k.metrics.count, k.metrics.time}
}
