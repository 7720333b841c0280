package usagelog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seed-e9ab587a/lambdaecon/cost"
)

// Config is what a log does not say of a function. The zero value is not enough to price anything: Arch is required.
type Config struct {
	Function    string
	Arch        cost.Arch
	EphemeralMB int // configured /tmp; 0 means the free 512
	Packaging   cost.Packaging
	Mode        cost.Mode
}

// String says the configuration in words, for a bill's assumptions.
func (c Config) String() string {
	return fmt.Sprintf("%s, %d MB of /tmp, %s, %s", c.Arch, max(c.EphemeralMB, cost.FreeEphemeralMB), c.Packaging, c.Mode)
}

// Configs are the configurations of many functions, and what to do where one is missing. The zero value knows none and
// assumes nothing. It is only read.
type Configs struct {
	ByFunction map[string]Config
	// Default is assumed of a function that is not in ByFunction; nil makes a missing one an error.
	Default *Config
}

// For returns the configuration of a function, "" where the log does not name it, and whether it was assumed. A function
// that is missing, and nothing to assume, is a [*MissingConfigError].
func (c Configs) For(function string) (config Config, assumed bool, err error) {
	if config, ok := c.ByFunction[function]; ok {
		return config, false, nil
	}
	if c.Default == nil {
		return Config{}, false, &MissingConfigError{Function: function, Known: slices.Sorted(maps.Keys(c.ByFunction))}
	}
	config = *c.Default
	config.Function = function
	return config, true, nil
}

// MissingConfigError reports a function of which no configuration is known.
type MissingConfigError struct {
	Function string   // "" where the log does not name it
	Known    []string // functions that are known, sorted
}

// Error implements error.
func (e *MissingConfigError) Error() string {
	return fmt.Sprintf("usagelog: no configuration of function %q (known: %s)", e.Function, strings.Join(e.Known, ", "))
}

// ConfigError reports a configuration that cannot be read.
type ConfigError struct {
	Function string // "" where it is the document that cannot be read
	Index    int    // of the function in the input, from 0
	Err      error
}

// Error implements error.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("usagelog: configuration %d (function %q): %v", e.Index, e.Function, e.Err)
}

// Unwrap returns Err.
func (e *ConfigError) Unwrap() error { return e.Err }

type functionJSON struct {
	FunctionName     string
	Runtime          string
	PackageType      string
	Architectures    []cost.Arch
	EphemeralStorage struct{ Size int }
}

// ReadConfigs reads the JSON of `aws lambda list-functions`, one page or several after one another, by function name.
// Runtimes provided… are custom runtimes, PackageType Image container images. Mode is left at OnDemand: provisioned
// concurrency is not in there. A function without Architectures is x86_64, as AWS documents the default.
//
// A function without a name, one that stands there twice, or a value that Lambda does not allow, is a [*ConfigError].
func ReadConfigs(r io.Reader) (map[string]Config, error) {
	if r == nil {
		return nil, &ConfigError{Err: errNoReader()}
	}
	configs := make(map[string]Config)
	d := json.NewDecoder(r)
	index := 0
	for pages := 0; ; pages++ {
		var page struct{ Functions *[]functionJSON }
		err := d.Decode(&page)
		if errors.Is(err, io.EOF) && pages > 0 {
			return configs, nil
		}
		if err == nil && page.Functions == nil {
			err = errors.New(`no "Functions": not the output of aws lambda list-functions`)
		}
		if err != nil {
			return nil, &ConfigError{Index: index, Err: err}
		}
		for _, f := range *page.Functions {
			c, err := f.config()
			if _, twice := configs[f.FunctionName]; twice && err == nil {
				err = errors.New("a second configuration of this function")
			}
			if err != nil {
				return nil, &ConfigError{Function: f.FunctionName, Index: index, Err: err}
			}
			configs[f.FunctionName] = c
			index++
		}
	}
}

func (f functionJSON) config() (Config, error) {
	c := Config{Function: f.FunctionName, Arch: cost.X86, EphemeralMB: f.EphemeralStorage.Size}
	if f.FunctionName == "" {
		return c, errors.New("FunctionName is missing")
	}
	switch len(f.Architectures) {
	case 0:
	case 1:
		c.Arch = f.Architectures[0]
		if err := c.Arch.Validate(); err != nil {
			return c, err
		}
	default:
		return c, fmt.Errorf("%d Architectures, allowed is one", len(f.Architectures))
	}
	if c.EphemeralMB != 0 && (c.EphemeralMB < cost.FreeEphemeralMB || c.EphemeralMB > cost.MaxEphemeralMB) {
		return c, &cost.RangeError{Field: "EphemeralStorage.Size", Given: fmt.Sprint(c.EphemeralMB), Allowed: "512 to 10240 MB"}
	}
	switch f.PackageType {
	case "", "Zip":
		if strings.HasPrefix(f.Runtime, "provided") {
			c.Packaging = cost.CustomRuntime
		}
	case "Image":
		c.Packaging = cost.ContainerImage
	default:
		return c, &cost.UnknownError{What: "PackageType", Given: f.PackageType, Known: []string{"Zip", "Image"}}
	}
	return c, nil
}
