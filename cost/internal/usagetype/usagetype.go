// Package usagetype knows the usage types by which AWS's price lists and bills name the meters of Lambda, such as
// "EU-Lambda-GB-Second-ARM". Everything in it is safe for concurrent use.
package usagetype

import (
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// names are what stands behind the region's prefix, for x86_64 or without architecture; that of arm64 ends in "-ARM". They are
// those of AWS's own files; those of MicroVMs and Managed Instances are known from programs of third parties that queried the
// price list in 2026. Of the other meters they are not known.
var names = map[cost.Meter]string{
	cost.Requests:               "Request",
	cost.Compute:                "Lambda-GB-Second",
	cost.ProvisionedConcurrency: "Lambda-Provisioned-Concurrency",
	cost.ProvisionedCompute:     "Lambda-Provisioned-GB-Second",
	cost.EphemeralStorage:       "Lambda-Storage-GB-Second",
	cost.ResponseStreaming:      "Lambda-Streaming-Response-Processed-Bytes",
	cost.SnapStartCache:         "Lambda-SnapStart-Cached-GB-S",
	cost.SnapStartRestore:       "Lambda-SnapStart-Restored-GB",
	cost.EdgeRequests:           "Lambda-Edge-Request",
	cost.EdgeCompute:            "Lambda-Edge-GB-Second",
	cost.KafkaPoller:            "Lambda-Event-Poller-Unit-Hour",
	cost.ManagedRequests:        ManagedInstances + "Request",
	cost.MicroVMCompute:         "Lambda-MicroVM-vCPU-Second",
	cost.MicroVMMemory:          "Lambda-MicroVM-Memory-GB-Second",
	cost.MicroVMSnapshotRead:    "Lambda-MicroVM-Snapshot-Read-GB",
	cost.MicroVMSnapshotWrite:   "Lambda-MicroVM-Snapshot-Write-GB",
	cost.MicroVMSnapshotStorage: "Lambda-MicroVM-Snapshot-Storage-GB-Hour",
}

// ManagedInstances begins, behind the region's prefix, the usage types of Managed Instances: the requests, which are a meter,
// and a fee by the hour for each EC2 instance type, which is none.
const ManagedInstances = "Lambda-Managed-Instances-"

// ARM ends the names of what is sold by architecture, for arm64.
const ARM = "-ARM"

var keys = keysByName()

func keysByName() map[string]cost.Key {
	keys := make(map[string]cost.Key)
	for m, name := range names {
		for _, k := range Keys(m) {
			keys[name+Ending(k.Arch)] = k
		}
	}
	// AWS has a price for each architecture of Managed Instances, cost has one for both.
	keys[names[cost.ManagedRequests]+ARM] = cost.Key{Meter: cost.ManagedRequests}
	return keys
}

// Keys returns the keys of a meter: one for each architecture where it is sold by that.
func Keys(m cost.Meter) []cost.Key {
	if !m.ByArch() {
		return []cost.Key{{Meter: m}}
	}
	var all []cost.Key
	for _, a := range cost.Arches() {
		all = append(all, cost.Key{Meter: m, Arch: a})
	}
	return all
}

// Ending returns [ARM] for arm64, and "" for anything else.
func Ending(a cost.Arch) string {
	if a == cost.ARM64 {
		return ARM
	}
	return ""
}

// Split parts the region's prefix, dash included, from what was used. A prefix is of capital letters and digits; us-east-1
// has none.
func Split(usageType string) (prefix, used string) {
	head, _, found := strings.Cut(usageType, "-")
	if !found || head == "" || strings.Trim(head, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", usageType
	}
	return usageType[:len(head)+1], usageType[len(head)+1:]
}

// Key tells the meter, and the architecture where it is sold by that, of which a usage type without its prefix is the name:
// the whole name, not a part of it.
func Key(used string) (cost.Key, bool) {
	k, ok := keys[used]
	return k, ok
}
