package pricelist

import (
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
	"github.com/seed-e9ab587a/lambdaecon/cost/internal/usagetype"
)

// groups are how a price list names a meter on x86_64 or without architecture; that of arm64 ends in "-ARM".
//
// They are those of AWS's own files. Those of pollers, durable functions, tenant isolation and MicroVMs are known from programs
// of third parties that queried the price list in 2026. Of the meters that are missing no group is known.
var groups = map[cost.Meter]string{
	cost.Requests:               "AWS-Lambda-Requests",
	cost.Compute:                "AWS-Lambda-Duration",
	cost.ProvisionedConcurrency: "AWS-Lambda-Provisioned-Concurrency",
	cost.ProvisionedCompute:     "AWS-Lambda-Duration-Provisioned",
	cost.EphemeralStorage:       "AWS-Lambda-Storage-Duration",
	cost.ResponseStreaming:      "AWS-Lambda-Processed-Bytes",
	cost.EdgeRequests:           "AWS-Lambda-Edge-Requests",
	cost.EdgeCompute:            "AWS-Lambda-Edge-Duration",
	cost.KafkaPoller:            "AWS-Lambda-Event-Poller-Unit-Duration",
	cost.SQSPoller:              "AWS-Lambda-SQS-Event-Poller-Unit-Duration",
	cost.DurableOperations:      "AWS-Lambda-Durable-Execution-Operations",
	cost.DurableDataWritten:     "AWS-Lambda-Durable-Execution-Written-Bytes",
	cost.DurableDataRetained:    "AWS-Lambda-Durable-Execution-TimedStorage-ByteHrs",
	cost.TenantIsolation:        "AWS-Lambda-Tenant-Isolated-Environment-Memory-GB",
	cost.MicroVMCompute:         "AWS-Lambda-MicroVM-vCPU-Second",
	cost.MicroVMMemory:          "AWS-Lambda-MicroVM-Memory-GB-Second",
	cost.MicroVMSnapshotRead:    "AWS-Lambda-MicroVM-Snapshot-Read-GB",
	cost.MicroVMSnapshotWrite:   "AWS-Lambda-MicroVM-Snapshot-Write-GB",
	cost.MicroVMSnapshotStorage: "AWS-Lambda-MicroVM-Snapshot-Storage-GB-Hour",
}

var byGroup = keysByGroup()

func keysByGroup() map[string]cost.Key {
	keys := make(map[string]cost.Key)
	for m, group := range groups {
		for _, k := range usagetype.Keys(m) {
			keys[group+usagetype.Ending(k.Arch)] = k
		}
	}
	return keys
}

// meterOf tells of which meter a product is the price: by its whole group or else by its whole usage type, the region's
// prefix apart. The zero Key and a reason stand for one that is the price of none. It is a MeterMismatch where both are known
// and do not agree.
func meterOf(group, usageType string) (cost.Key, Reason, *RowError) {
	_, used := usagetype.Split(usageType)
	k, known := usagetype.Key(used)
	g, grouped := byGroup[group]
	switch {
	case strings.HasPrefix(used, usagetype.ManagedInstances) && known:
		return k, 0, nil
	case strings.HasPrefix(used, usagetype.ManagedInstances):
		return cost.Key{}, ManagementFee, nil
	case grouped && known && g != k:
		return cost.Key{}, 0, &RowError{Problem: MeterMismatch, Field: "usageType", Given: show.Clip(usageType), Allowed: "a usage type of " + g.String() + ", as by the group " + group}
	case grouped:
		return g, 0, nil
	case known:
		return k, 0, nil
	}
	return cost.Key{}, OtherMeter, nil
}
