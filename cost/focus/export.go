package focus

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/seed-e9ab587a/lambdaecon/cost/internal/show"
)

// Format is the kind of a billing export.
type Format string

// The formats that [Reconcile] tells apart by their headers.
const (
	FOCUS10 Format = "FOCUS 1.0"
	FOCUS12 Format = "FOCUS 1.2"
	// CUR is the cost-and-usage report, with columns as lineItem/UsageAmount (legacy) or line_item_usage_amount (CUR 2.0).
	CUR Format = "cost and usage report"
)

// attribute is one thing that reconciliation asks of a row, whatever the format calls it.
type attribute uint8

const (
	attrService attribute = iota
	attrServiceCode
	attrCategory
	attrClass
	attrCommitment
	attrStatus
	attrUsageType
	attrRateCode
	attrDescription
	attrRegion
	attrResource
	attrQuantity
	attrBilled
	attrUnitPrice
	attrContracted
	attrEffective
	attrCurrency
	attrStart
	attrEnd
	attrMonth
	numAttributes
)

// names of attributes as FOCUS and CUR have them, first choice first. CUR's are without slashes and underscores, which is all
// that its two spellings differ in but for case.
var (
	focusNames = [numAttributes][]string{
		attrService: {"ServiceName"}, attrServiceCode: {"x_ServiceCode"}, attrCategory: {"ChargeCategory"}, attrClass: {"ChargeClass"},
		attrCommitment: {"CommitmentDiscountId"}, attrStatus: {"CommitmentDiscountStatus"}, attrUsageType: {"x_UsageType"},
		attrRateCode: {"SkuPriceId"}, attrDescription: {"ChargeDescription"}, attrRegion: {"RegionId"}, attrResource: {"ResourceId"},
		attrQuantity: {"PricingQuantity"}, attrBilled: {"BilledCost"}, attrUnitPrice: {"ListUnitPrice"}, attrContracted: {"ContractedUnitPrice"}, attrEffective: {"EffectiveCost"},
		attrCurrency: {"BillingCurrency"}, attrStart: {"ChargePeriodStart"}, attrEnd: {"ChargePeriodEnd"}, attrMonth: {"BillingPeriodStart"},
	}
	curNames = [numAttributes][]string{
		attrService: {"lineItem/ProductCode"}, attrServiceCode: {"product/servicecode"}, attrCategory: {"lineItem/LineItemType"},
		attrUsageType: {"lineItem/UsageType"}, attrRateCode: {"pricing/RateCode"}, attrDescription: {"lineItem/LineItemDescription"},
		attrRegion: {"product/regionCode", "product/region"}, attrResource: {"lineItem/ResourceId"}, attrQuantity: {"lineItem/UsageAmount"},
		attrBilled: {"lineItem/UnblendedCost"}, attrUnitPrice: {"lineItem/UnblendedRate"}, attrEffective: {"savingsPlan/SavingsPlanEffectiveCost"}, attrCurrency: {"lineItem/CurrencyCode"},
		attrStart: {"lineItem/UsageStartDate"}, attrEnd: {"lineItem/UsageEndDate"}, attrMonth: {"bill/BillingPeriodStartDate"},
	}
	// Without these nothing can be said of a row.
	neededOf = []attribute{attrService, attrCategory, attrQuantity, attrBilled}
	// One of these names the meter.
	namesMeter = []attribute{attrUsageType, attrRateCode, attrDescription}
)

var cutCUR = strings.NewReplacer("/", "", "_", "")

// foldCUR makes lineItem/UsageAmount and line_item_usage_amount the same.
func foldCUR(name string) string {
	return cutCUR.Replace(fold(name))
}

const maxCode = 16 // bytes of a currency: enough for any code, and for no mischief

// export reads a billing export row by row, whatever its format.
type export struct {
	scan   *scanner
	format Format
	header *header
	at     [numAttributes]int // position in the file; -1 where it is not there
	// Periods of the row before, since most rows are of the same.
	times [3]struct {
		raw []byte
		at  time.Time
	}
}

func newExport(r io.Reader) (*export, error) {
	s, err := newScanner(r)
	if err != nil {
		return nil, err
	}
	head, err := readHeader(s)
	if err != nil {
		return nil, err
	}
	e := &export{scan: s, header: head}
	var wanted *[numAttributes][]string
	foldName := fold
	for _, name := range head.names {
		if foldCUR(name) == foldCUR("lineItem/LineItemType") {
			e.format, wanted, foldName = CUR, &curNames, foldCUR
		}
	}
	if e.format == "" {
		reader, err := newReader(s, head)
		if repeated, ok := errors.AsType[*HeaderError](err); ok && repeated.Repeated != nil {
			return nil, err
		}
		if err != nil {
			return nil, &HeaderError{Line: s.rowLine, Problem: "neither a FOCUS file nor a cost-and-usage report"}
		}
		e.format, wanted = FOCUS10, &focusNames
		if reader.header.Version == V12 {
			e.format = FOCUS12
		}
	}
	positions := make(map[string][]int, len(head.names))
	for i, name := range head.names {
		positions[foldName(name)] = append(positions[foldName(name)], i)
	}
	var twice []string
	for a, choices := range wanted {
		e.at[a] = -1
		for _, name := range choices {
			at := positions[foldName(name)]
			if len(at) > 1 {
				twice = append(twice, show.Quote(head.names[at[1]]))
			}
			if len(at) > 0 {
				e.at[a] = at[0]
				break
			}
		}
	}
	if twice != nil {
		return nil, &HeaderError{Line: s.rowLine, Repeated: twice}
	}
	return e, e.checkNeeds(wanted)
}

func (e *export) checkNeeds(wanted *[numAttributes][]string) error {
	var missing []string
	for _, a := range neededOf {
		if e.at[a] < 0 {
			missing = append(missing, wanted[a][0])
		}
	}
	named := false
	var names []string
	for _, a := range namesMeter {
		named = named || e.at[a] >= 0
		names = append(names, wanted[a][0])
	}
	if !named {
		missing = append(missing, "one of "+strings.Join(names, ", "))
	}
	if missing != nil {
		return &HeaderError{Line: e.scan.rowLine, Missing: missing}
	}
	return nil
}

// charge is what kind of charge a row is, by its category or line item type.
type charge uint8

const (
	otherCharge charge = iota
	usageCharge
	coveredCharge
	negationCharge // CUR: takes back the on-demand cost of covered usage
	unusedCharge
	feeCharge // of a commitment
	taxCharge
	creditCharge
	refundCharge
	discountCharge
	correctionCharge
)

// entry is one row of an export. Its bytes are valid until the next one; null and what the format does not have is nil.
type entry struct {
	line   int
	offset int64
	charge charge
	lambda bool // of AWS Lambda, or of Lambda@Edge under Amazon CloudFront

	usageType, rateCode, description, region, resource, currency []byte
	service, category                                            []byte

	billed                                     Number
	quantity, unitPrice, contracted, effective Number // read where lambda is set
	period                                     Period // likewise; zero where the export does not tell
	month                                      time.Time
}

// next reads the next row. The errors are those of nextRow and a *LineError for a value that cannot be read.
func (e *export) next(row *entry) error {
	if err := nextRow(e.scan, e.header); err != nil {
		return err
	}
	s := e.scan
	*row = entry{line: s.rowLine, offset: s.rowOffset}
	row.service, row.category = e.value(attrService), e.value(attrCategory)
	row.usageType, row.rateCode, row.description = e.value(attrUsageType), e.value(attrRateCode), e.value(attrDescription)
	row.currency = e.value(attrCurrency)
	if e.format == CUR {
		row.charge = curCharge(row.category)
	} else {
		row.charge = e.focusCharge(row.category)
	}
	if len(row.currency) > maxCode {
		return e.damaged(attrCurrency, show.Quote(string(row.currency)), "a code of ISO 4217")
	}
	row.lambda = isLambda(row.service, e.value(attrServiceCode), row.usageType, row.description)
	if err := e.number(attrBilled, &row.billed); err != nil {
		return err
	}
	if !row.billed.Valid {
		return e.damaged(attrBilled, "null", numberAllowed)
	}
	if !row.lambda {
		return nil
	}
	row.region, row.resource = e.value(attrRegion), e.value(attrResource)
	for _, n := range [...]struct {
		a  attribute
		to *Number
	}{{attrQuantity, &row.quantity}, {attrUnitPrice, &row.unitPrice}, {attrContracted, &row.contracted}, {attrEffective, &row.effective}} {
		if err := e.number(n.a, n.to); err != nil {
			return err
		}
	}
	for i, t := range [...]struct {
		a  attribute
		to *time.Time
	}{{attrStart, &row.period.Start}, {attrEnd, &row.period.End}, {attrMonth, &row.month}} {
		if err := e.time(i, t.a, t.to); err != nil {
			return err
		}
	}
	if row.month.IsZero() && !row.period.Start.IsZero() {
		row.month = Month(row.period.Start).Start
	}
	return nil
}

// value is the text of an attribute, nil where it is null: bytes of the scanner's buffer, or, where quotes in it were
// doubled, bytes of its own.
func (e *export) value(a attribute) []byte {
	i := e.at[a]
	if i < 0 || e.scan.fields[i].isNull() {
		return nil
	}
	f := &e.scan.fields[i]
	if f.escaped {
		return f.text(nil)
	}
	return f.b
}

func (e *export) number(a attribute, to *Number) error {
	text := e.value(a)
	if len(text) == 0 || string(text) == "NULL" {
		return nil
	}
	if to.V, _, to.Valid = parseNumber(text); !to.Valid {
		return e.damaged(a, show.Quote(string(text)), numberAllowed)
	}
	return nil
}

func (e *export) time(i int, a attribute, to *time.Time) error {
	text := e.value(a)
	if len(text) == 0 || string(text) == "NULL" {
		return nil
	}
	last := &e.times[i]
	if !bytes.Equal(last.raw, text) {
		t, _, ok := parseTime(text)
		if !ok {
			return e.damaged(a, show.Quote(string(text)), timeAllowed)
		}
		last.raw, last.at = append(last.raw[:0], text...), t
	}
	*to = last.at
	return nil
}

func (e *export) damaged(a attribute, given, allowed string) error {
	return &LineError{Line: e.scan.rowLine, Offset: e.scan.rowOffset, Column: e.header.names[e.at[a]], Given: given, Allowed: allowed}
}

// isLambda reports whether a row is of AWS Lambda, or of Lambda@Edge under Amazon CloudFront.
func isLambda[T string | []byte](service, serviceCode, usageType, description T) bool {
	switch string(service) {
	case lambdaService, "AWSLambda":
		return true
	case "Amazon CloudFront", "AmazonCloudFront":
		const edge = "Lambda-Edge"
		return strings.Contains(string(usageType), edge) || strings.Contains(string(description), edge)
	}
	return string(serviceCode) == "AWSLambda"
}

// isPlans reports whether a service is that under which AWS bills Savings Plans.
func isPlans[T string | []byte](service T) bool { return strings.Contains(string(service), "Savings") }

func (e *export) focusCharge(category []byte) charge {
	if string(e.value(attrClass)) == "Correction" {
		return correctionCharge
	}
	switch string(category) {
	case categoryUsage:
		switch string(e.value(attrStatus)) {
		case statusUsed:
			return coveredCharge
		case statusUnused:
			return unusedCharge
		}
		return usageCharge
	case categoryPurchase:
		if len(e.value(attrCommitment)) > 0 {
			return feeCharge
		}
	case "Tax":
		return taxCharge
	case "Credit":
		return creditCharge
	}
	return otherCharge
}

func curCharge(lineItemType []byte) charge {
	switch string(lineItemType) {
	case "Usage":
		return usageCharge
	case "SavingsPlanCoveredUsage", "DiscountedUsage":
		return coveredCharge
	case "SavingsPlanNegation":
		return negationCharge
	case "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "RIFee":
		return feeCharge
	case "Tax":
		return taxCharge
	case "Credit":
		return creditCharge
	case "Refund":
		return refundCharge
	}
	if bytes.HasSuffix(lineItemType, []byte("Discount")) {
		return discountCharge
	}
	return otherCharge
}
