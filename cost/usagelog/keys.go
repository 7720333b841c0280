package usagelog

import "strings"

// key is a name that says something of an event: a column of a table, or a member of a JSON object.
type key uint8

const (
	keyOther key = iota
	// Columns of Logs Insights, and of what the console exports.
	keyAtTimestamp
	keyAtMessage
	keyAtLog
	keyAtLogStream
	keyAtType
	keyAtRequestID
	keyAtDuration
	keyAtBilledDuration
	keyAtInitDuration
	keyAtMemorySize
	keyAtMaxMemoryUsed
	keyCount
	// Members of events, and of the documents around them.
	keyMessage
	keyLog
	keyLine
	keyTimestamp
	keyTime
	keyType
	keyField
	keyValue
	keyGroup
	keyStream
	keyLogEvents
	keyEvents
	keyHits
	keySource
	keyData
	keyLabels
	keyValues
	keys // how many there are
)

const columns = keyCount + 1

var columnNames = [columns]string{
	keyAtTimestamp: "@timestamp", keyAtMessage: "@message", keyAtLog: "@log", keyAtLogStream: "@logStream", keyAtType: "@type",
	keyAtRequestID: "@requestId", keyAtDuration: "@duration", keyAtBilledDuration: "@billedDuration", keyAtInitDuration: "@initDuration",
	keyAtMemorySize: "@memorySize", keyAtMaxMemoryUsed: "@maxMemoryUsed",
	keyCount: "count(*)",
}

// columnOf returns the column of a name, in whatever case; keyOther for any else. Log events that the console exports have names
// without the @.
func columnOf(name string) key {
	name = strings.TrimSpace(name)
	for k, s := range columnNames {
		if strings.EqualFold(name, s) || (key(k) == keyAtTimestamp || key(k) == keyAtMessage) && strings.EqualFold("@"+name, s) {
			return key(k)
		}
	}
	return keyOther
}

// keyOf returns the key of a name as JSON spells it, with its quotes; keyOther for any else.
func keyOf(quoted []byte) key {
	if len(quoted) < len(`"ts"`) || len(quoted) > len(`"@billedDuration"`) {
		return keyOther
	}
	switch name := quoted[1 : len(quoted)-1]; string(name) {
	case "message":
		return keyMessage
	case "log": // Docker's and Kubernetes'
		return keyLog
	case "line": // Loki's, as are all below of which it is not said
		return keyLine
	case "data":
		return keyData
	case "stream", "labels":
		return keyLabels
	case "values":
		return keyValues
	case "timestamp", "ts":
		return keyTimestamp
	case "time":
		return keyTime
	case "type":
		return keyType
	case "count(*)":
		return keyCount
	case "field":
		return keyField
	case "value":
		return keyValue
	case "logGroup", "logGroupName", "@log_group": // the last one as AWS's own functions pass it on to OpenSearch
		return keyGroup
	case "logStream", "logStreamName", "@log_stream":
		return keyStream
	case "logEvents":
		return keyLogEvents
	case "events", "results", "pages", "result", "streams", "entries":
		return keyEvents
	case "hits": // OpenSearch's: an object with a list of the same name, of objects with _source
		return keyHits
	case "_source":
		return keySource
	default:
		if name[0] != '@' {
			return keyOther
		}
		for k, s := range columnNames {
			if string(name) == s {
				return key(k)
			}
		}
	}
	return keyOther
}
