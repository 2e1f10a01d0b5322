package server_test

import "maps"

func init() {
	maps.Copy(able, map[string]string{"show-referral-figures": "payD", "list-figure-referrals": "payD", "show-signal-figures": "payD"})
}
