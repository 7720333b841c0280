// Package pricelist reads AWS's price lists of Lambda and says what has changed between two of them.
//
// AWS publishes its prices in three formats: bulk JSON, bulk CSV, and the products that the GetProducts call of the Price List
// API returns. All of them become [cost.RateCard], one for each region:
//
//	cards, err := pricelist.ReadJSON(file)
//	…
//	catalog, err := cost.Embedded().With(cards...) // or cost.NewCatalog(cards...)
//	…
//	err = pricelist.Diff(cost.Embedded(), catalog).WriteText(os.Stdout)
//
// The files are public and need no account; the package itself does not use the network:
//
//	https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/index.json            all regions, 13.6 MB
//	https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/index.csv
//	https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/eu-west-1/index.json  one region
//	aws pricing get-products --region us-east-1 --service-code AWSLambda                            what it prints, or its products
//
// A [Reader] has settings: what to believe where a list contradicts itself, whether it was filtered, the day, and a function
// that is told of every row that is not read. [Reader.Read] finds out the format.
//
// # Which rows are prices
//
// A row is chosen by its whole group, such as AWS-Lambda-Duration, or else by its whole usage type, such as
// Lambda-GB-Second, behind the region's prefix: never by a part of either ("Duration" is part of the groups of four other
// meters), never by its unit, of which one meter has several names. Where a row's group and usage type are those of two
// meters, the list is refused.
//
// These are no prices of a region and meter, and are passed over; [Reader.Ignored] is told of each with its [Reason]:
//
//   - The monthly free tier: offer term A429C66SYZ, or a usage type that begins with Global- and costs 0. (It is the paid
//     rows that name it, as appliesTo or RelatedTo.) One in that term that costs something is refused.
//   - The fees of Managed Instances, one for each region and EC2 instance type: ten thousand rows of eleven. Their requests are
//     a meter; they are listed for each architecture, and must cost the same.
//   - Data transfer and whatever else is no meter of package cost. A new meter of AWS's shows up here.
//   - Rows of no region: local zones, and prices for everywhere (usage type Global-, location Any or Global). Lambda@Edge is
//     listed for each region, such as EU-Lambda-Edge-Request, and its price there is that of the region; one for everywhere
//     is not put into regions that AWS does not list.
//   - Terms other than OnDemand, and terms that are not in effect.
//
// Of several terms of one SKU that one counts which has come into effect last at the time of the publication, or of
// [Reader.On]. One that begins later is not a price of that time, even if it is the only one or begins on the same day. Two that
// begin at the same instant are refused.
//
// # Which region
//
// The region is that of the region code, or else of the location. It must be one that the prefix of the usage type, such as
// "EU-", agrees with; us-east-1 has none. Prefixes and locations are those of the embedded prices; a new region is learnt from
// its first row, and needs a code. A contradiction is refused, or settled by [Reader.Trust]: [TrustRegion] or
// [TrustUsageType]; the latter learns new regions too, from rows whose code and location are of no known region.
//
// # What a card says
//
// AsOf is the publication date and time, in UTC; Source names the list and its version. Usage types, units, rate codes and all
// digits of the prices are kept. A meter that has no row in a region is not sold there, and has no price; only requests and
// compute on x86_64 are required, unless [Reader.Partial] is set. Prices are in the order of bills. A card is all that a region
// sells: [cost.Catalog.With] puts it in the place of the one that the catalog had, and meters that the list lacks, of which the
// embedded prices may know more, are gone with that one.
//
// # What is refused
//
// A list that cannot be taken as it is, is refused as a whole; nothing is skipped or mended. [*RowError] says which SKU, line or
// item it is, and its [Problem]:
//
//   - prices that are no number, below 0 or 0; more than 20 decimal places; 1e999999999
//   - ranges that overlap, leave a gap, do not begin at 0 or do not end at Inf
//   - two prices for one tier, or two SKUs for one meter in a region
//   - two currencies in one region
//   - regions and meters that a row names in two ways that contradict each other
//   - SKUs, terms, rate codes and fields that stand twice
//
// [*FormatError] is about the document: not AWSLambda, another format, cut off, not JSON or CSV, or a reader's own error,
// which errors.Is finds. [*MissingError] is about a region without its two required prices. A CSV file that was cut off
// between two rows cannot be told from a whole one.
//
// # Constraints
//
//	price                 above 0, below 10^40, up to 20 decimal places
//	range                 0 or more, below 10^40, up to 60 decimal places
//	date                  years 1 to 9999
//	text that is kept     4,096 bytes, in JSON names and numbers as well
//	terms of a SKU        1,000
//	JSON                  UTF-8, with or without a byte-order mark, 64 levels
//	CSV                   UTF-8, with or without a byte-order mark, LF or CRLF, a line sep=, before each heading
//	row of CSV            65,536 bytes, with its line break and empty lines before it
//	product in a string   16 MiB
//
// # Memory and speed
//
// JSON is read as a stream. Of a list of 13.6 MB only the prices are held: the heap grows by 4 MB, garbage included, where
// products come before terms, as in AWS's files, and by 12 MB where they come behind. It takes about 60 ms on one core of an
// AMD EPYC. The benchmarks measure both.
//
// # Changes
//
// [Diff] compares two catalogs: regions and meters that are added or removed, and for each range of a month's usage the unit
// price before and after. Differences are exact, ratios are exact fractions. [Changes.Repriced] tells whether any bill would
// differ. Dates and sources are not compared.
//
// # Concurrency
//
// Functions may be called from many goroutines at once. Results are plain data.
//
// # Sources
//
// Formats, groups and usage types: AWS's own files of 2018 to 2026, as kept by third parties. The groups of pollers, durable
// functions, tenant isolation and MicroVMs, and the usage types of Managed Instances and MicroVMs, are those of third parties'
// programs that queried the price list in 2026; the group of SnapStart is not known.
package pricelist
