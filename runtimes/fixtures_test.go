package runtimes_test

// Files in the formats of the benchmark, with numbers of our own.

const newDay = `{"metadata":{"generatedAt":"2026-08-04T14:00:05.1Z"},"runtimeData":[
{"r":"lambda-perf-rust_on_provided_al2023-zip-128-arm64","p":"zip","d":"rust (prov.al2023)","i":[12.5,11.25,13,14,15.5,10.01,19,12,13.5,11],"m":128,"a":"arm64","mu":14.1,"ad":1.4,"acd":13.176},
{"r":"lambda-perf-rust_on_provided_al2023-zip-1024-arm64","p":"zip","d":"rust (prov.al2023)","i":[12.75,11.5],"m":1024,"a":"arm64","mu":15,"ad":1.2,"acd":12.125},
{"r":"lambda-perf-java17-image-512-x86_64","p":"image","d":"java17","i":[410.1,420.2,430.3],"m":512,"a":"x86_64","mu":88.333,"ad":2.5,"acd":420.2},
{"r":"lambda-perf-zig_on_provided_al2023-zip-128-arm64","p":"zip","d":"zig (prov.al2023)","i":[9.5],"m":128,"a":"arm64","mu":10,"ad":0.9,"acd":9.5}
]}`

const secondDay = `{"metadata":{"generatedAt":"2026-08-05T14:00:05.1Z"},"runtimeData":[
{"r":"lambda-perf-rust_on_provided_al2023-zip-128-arm64","p":"zip","d":"rust (prov.al2023)","i":[13.5,12.25],"m":128,"a":"arm64","mu":15,"ad":2,"acd":12.875},
{"r":"lambda-perf-java17-image-512-x86_64","p":"image","d":"java17","i":[],"m":512,"a":"x86_64","mu":0,"ad":0,"acd":0}
]}`

const emptyDay = `{"metadata":{"generatedAt":"2026-08-06T14:00:05.1Z"},"runtimeData":[]}`

// oldDay is of 2023: name, memory and architecture in the function's name, no packaging.
const oldDay = `{
	"metadata": {
		"generatedAt": "2023-08-07T14:00:08.209Z"
	},
	"runtimeData": [
		{
			"runtime": "lambda-perf-java8-128-x86_64",
			"displayName": "java8",
			"initDurations": [300.59, 283.48, 202.25, 220.13],
			"memorySize": 128,
			"architecture": "x86_64",
			"averageMemoryUsed": 56,
			"averageDuration": 59.107,
			"averageColdStartDuration": 251.613
		},
		{
			"runtime": "lambda-perf-java11_snapstart-256-x86_64",
			"displayName": "java11 snapstart",
			"initDurations": [196.81, 186.9],
			"memorySize": 256,
			"architecture": "x86_64",
			"averageMemoryUsed": 64.1,
			"averageDuration": 14.274,
			"averageColdStartDuration": 191.855
		}
	]
}`

// oldestDay is of 2022: no architecture, no display name.
const oldestDay = `{"metadata":{"generatedAt":"2022-09-05T23:14:53.772Z"},"runtimeData":[
{"runtime":"lambda-perf-python38","initDurations":[127.83,119.17,114.72],"memorySize":128,"averageMemoryUsed":37.9,"averageDuration":1.21,"averageColdStartDuration":120.573}
]}`
