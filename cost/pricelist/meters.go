package pricelist

import (
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// freeTerm is the offer term of the monthly free tier, and freePrefix begins the usage types that it and nothing of a region
// has.
const (
	freeTerm   = "A429C66SYZ"
	freePrefix = "Global-"
)

// managed begins, behind the region's prefix, the usage types of Managed Instances: the requests, which are a meter, and a
// fee by the hour for each EC2 instance type, ten thousand rows, which are none.
const managed = "Lambda-Managed-Instances-"

// names are how a price list names a meter on x86_64 or without architecture; that of arm64 ends in "-ARM".
//
// Groups and usage types are those of AWS's own files. Where a group or a usage type is "", it is not known. Those of
// pollers, durable functions, tenant isolation, Managed Instances and MicroVMs are known from programs of third parties that
// queried the price list in 2026.
var names = [...]struct {
	meter            cost.Meter
	group, usageType string
}{
	{cost.Requests, "AWS-Lambda-Requests", "Request"},
	{cost.Compute, "AWS-Lambda-Duration", "Lambda-GB-Second"},
	{cost.ProvisionedConcurrency, "AWS-Lambda-Provisioned-Concurrency", "Lambda-Provisioned-Concurrency"},
	{cost.ProvisionedCompute, "AWS-Lambda-Duration-Provisioned", "Lambda-Provisioned-GB-Second"},
	{cost.EphemeralStorage, "AWS-Lambda-Storage-Duration", "Lambda-Storage-GB-Second"},
	{cost.ResponseStreaming, "AWS-Lambda-Processed-Bytes", "Lambda-Streaming-Response-Processed-Bytes"},
	{cost.SnapStartCache, "", "Lambda-SnapStart-Cached-GB-S"},
	{cost.SnapStartRestore, "", "Lambda-SnapStart-Restored-GB"},
	{cost.EdgeRequests, "AWS-Lambda-Edge-Requests", "Lambda-Edge-Request"},
	{cost.EdgeCompute, "AWS-Lambda-Edge-Duration", "Lambda-Edge-GB-Second"},
	{cost.KafkaPoller, "AWS-Lambda-Event-Poller-Unit-Duration", "Lambda-Event-Poller-Unit-Hour"},
	{cost.SQSPoller, "AWS-Lambda-SQS-Event-Poller-Unit-Duration", ""},
	{cost.DurableOperations, "AWS-Lambda-Durable-Execution-Operations", ""},
	{cost.DurableDataWritten, "AWS-Lambda-Durable-Execution-Written-Bytes", ""},
	{cost.DurableDataRetained, "AWS-Lambda-Durable-Execution-TimedStorage-ByteHrs", ""},
	{cost.TenantIsolation, "AWS-Lambda-Tenant-Isolated-Environment-Memory-GB", ""},
	{cost.ManagedRequests, "", managed + "Request"},
	{cost.MicroVMCompute, "AWS-Lambda-MicroVM-vCPU-Second", "Lambda-MicroVM-vCPU-Second"},
	{cost.MicroVMMemory, "AWS-Lambda-MicroVM-Memory-GB-Second", "Lambda-MicroVM-Memory-GB-Second"},
	{cost.MicroVMSnapshotRead, "AWS-Lambda-MicroVM-Snapshot-Read-GB", "Lambda-MicroVM-Snapshot-Read-GB"},
	{cost.MicroVMSnapshotWrite, "AWS-Lambda-MicroVM-Snapshot-Write-GB", "Lambda-MicroVM-Snapshot-Write-GB"},
	{cost.MicroVMSnapshotStorage, "AWS-Lambda-MicroVM-Snapshot-Storage-GB-Hour", "Lambda-MicroVM-Snapshot-Storage-GB-Hour"},
}

var byGroup, byUsageType = keysByName()

func keysByName() (byGroup, byUsageType map[string]cost.Key) {
	byGroup, byUsageType = map[string]cost.Key{}, map[string]cost.Key{}
	for _, n := range names {
		arches := []cost.Arch{""}
		if n.meter.ByArch() {
			arches = cost.Arches()
		}
		for _, a := range arches {
			ending := ""
			if a == cost.ARM64 {
				ending = "-ARM"
			}
			k := cost.Key{Meter: n.meter, Arch: a}
			if n.group != "" {
				byGroup[n.group+ending] = k
			}
			if n.usageType != "" {
				byUsageType[n.usageType+ending] = k
			}
		}
	}
	// The list has a price for each architecture of Managed Instances, cost has one for both: they must be the same.
	byUsageType[managed+"Request-ARM"] = cost.Key{Meter: cost.ManagedRequests}
	return byGroup, byUsageType
}

// splitUsageType parts the region's prefix, dash included, from what was used. A prefix is of capital letters and digits;
// us-east-1 has none.
func splitUsageType(usageType string) (prefix, used string) {
	head, _, found := strings.Cut(usageType, "-")
	if !found || head == "" || strings.Trim(head, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", usageType
	}
	return usageType[:len(head)+1], usageType[len(head)+1:]
}

// meterOf tells of which meter a product is the price: by its whole group or else by its whole usage type, the region's
// prefix apart. The zero Key and a reason stand for one that is the price of none. It is a MeterMismatch where both are known
// and do not agree.
func meterOf(group, usageType string) (cost.Key, Reason, *RowError) {
	_, used := splitUsageType(usageType)
	k, known := byUsageType[used]
	g, grouped := byGroup[group]
	switch {
	case strings.HasPrefix(used, managed) && known:
		return k, 0, nil
	case strings.HasPrefix(used, managed):
		return cost.Key{}, ManagementFee, nil
	case grouped && known && g != k:
		return cost.Key{}, 0, &RowError{Problem: MeterMismatch, Field: "usageType", Given: clip(usageType), Allowed: "a usage type of " + g.String() + ", as by the group " + group}
	case grouped:
		return g, 0, nil
	case known:
		return k, 0, nil
	}
	return cost.Key{}, OtherMeter, nil
}
