package workload_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/lifecycle"
	"github.com/seed-e9ab587a/lambdaecon/lifecycle/workload"
)

// Functions of the trace of 2021, replayed request by request. A real file is opened and read in the same way.
func ExampleReadAzure2021() {
	trace := strings.NewReader(`app,func,end_timestamp,duration
shop,pay,10.5,0.5
shop,mail,11,0
shop,pay,370.25,0.25
shop,pay,1800,1
`)
	read, err := workload.ReadAzure2021(trace)
	if err != nil {
		log.Fatal(err)
	}
	for _, issue := range read.Issues {
		fmt.Println(issue)
	}
	for _, f := range read.Functions {
		r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{}, lifecycle.AWS(lifecycle.Observed2020Quiet), f.Requests, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s/%s: %d requests, %d cold\n", f.App, f.Function, r.Invocations, r.ColdStarts)
	}
	// Output:
	// trace, line 3: zero duration: 1 requests took 0 s, taken as 1 ns (app shop, function mail)
	// shop/pay: 3 requests, 2 cold
	// shop/mail: 1 requests, 1 cold
}

// A function of the dataset of 2019, which is known by its requests in each minute and by its durations' percentiles.
func ExampleReadAzure2019() {
	invocations := strings.NewReader(`HashOwner,HashApp,HashFunction,Trigger,1,2,3
acme,shop,pay,http,60,0,30
`)
	durations := strings.NewReader(`HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100
acme,shop,pay,120,90,80,400,80,82,100,110,130,350,400
`)
	day, err := workload.ReadAzure2019(invocations, durations)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range day.Functions {
		r, err := lifecycle.Simulate(context.Background(), lifecycle.Function{Duration: f.Duration},
			lifecycle.Platform{IdleTimeout: lifecycle.Constant(10 * time.Minute)}, workload.PerMinute{Counts: f.Counts}, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, by %s: %d requests, %d cold, %v on average\n", f.Function, f.Trigger, r.Invocations, r.ColdStarts, f.Duration.Mean())
	}
	// Output:
	// pay, by http: 90 requests, 2 cold, 120ms on average
}
