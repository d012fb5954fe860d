package packaging

import (
	"context"
	"io"

	"jump/packaging/darwin"
	"jump/packaging/linux"
	"jump/packaging/windows"
)

type maker = func(context.Context, io.Writer, content) error

func bin(arch linux.Arch, headless bool) maker {
	return func(_ context.Context, w io.Writer, c content) error {
		_, err := linux.Bin{Arch: arch, Headless: headless, Program: c.programs[0]}.WriteTo(w)
		return err
	}
}

func native(arch linux.Arch, write func(linux.Package, context.Context, io.Writer) error) maker {
	return func(ctx context.Context, w io.Writer, c content) error {
		return write(linux.Package{Arch: arch, Version: c.Version, Time: c.Time, Program: c.programs[0]}, ctx, w)
	}
}

// exe is the client itself: run without a word, a stamped one installs.
func exe(_ context.Context, w io.Writer, c content) error {
	_, err := w.Write(c.programs[0])
	return err
}

func msi(ctx context.Context, w io.Writer, c content) error {
	b, err := windows.MSI{Version: c.Version, Time: c.Time, Program: c.programs[0]}.Bytes(ctx)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func pkg(_ context.Context, w io.Writer, c content) error {
	program, err := darwin.Universal(c.programs[0], c.programs[1])
	if err != nil {
		return err
	}
	_, err = darwin.Package{Version: c.Version, Time: c.Time, Program: program}.WriteTo(w)
	return err
}

func profile(_ context.Context, w io.Writer, c content) error {
	requirement := darwin.SignedBy(c.MacTeam)
	if c.MacTeam == "" {
		var err error
		if requirement, err = darwin.AsBuilt(c.programs[0]); err != nil {
			return err
		}
	}
	_, err := darwin.Profile{Requirement: requirement}.WriteTo(w)
	return err
}
