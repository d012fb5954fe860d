package commands

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"jump/platform/files"
	"jump/transport/wire"
)

// upAll copies to the client.
func (n *copier) upAll(ctx context.Context) error {
	if len(n.sources) > 1 {
		if _, err := n.farFolder(ctx); err != nil {
			return err
		}
	}
	for _, source := range n.sources {
		path, err := filepath.Abs(source)
		if err == nil {
			err = n.upOne(ctx, path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// farFolder returns the client's folder that is the target.
func (n *copier) farFolder(ctx context.Context) (wire.FileFacts, error) {
	facts, err := n.far.Look(ctx, n.target)
	if err == nil && facts.Kind != wire.FileFolder {
		err = &failure{fmt.Sprintf("%s is no folder", facts.Path), "Several files need one to go into.", string(wire.CodeNoFolder), exitError}
	}
	return facts, err
}

func (n *copier) upOne(ctx context.Context, path string) error {
	info, err := files.Look(path)
	switch {
	case err != nil:
		return n.failed(path, err)
	case info.Kind != files.KindFolder || !n.recursive:
		return n.upFile(ctx, path, n.target, info.Name)
	}
	target, facts := n.target, wire.FileFacts{}
	facts, err = n.far.Look(ctx, n.target)
	no, isNo := errors.AsType[*wire.Refused](err)
	switch {
	case err == nil && facts.Kind == wire.FileFolder:
		target = below(facts.Path, info.Name)
	case isNo && no.Code == wire.CodeNoFile, err == nil: // or Make says that it is no folder
	default:
		return n.failed(path, err)
	}
	return n.upFolder(ctx, path, target, info.Mode)
}

func (n *copier) upFolder(ctx context.Context, path, target string, mode uint32) error {
	if err := n.far.Make(ctx, target, mode); err != nil {
		return n.failed(path, err)
	}
	n.done.Folders++
	var list []files.Info
	hidden, err := files.List(path, 1000, func(some []files.Info) error {
		list = append(list, some...)
		return ctx.Err()
	})
	if err != nil {
		return n.failed(path, err)
	}
	n.unlisted(path, hidden)
	slices.SortFunc(list, func(a, b files.Info) int { return strings.Compare(a.Name, b.Name) })
	for _, i := range list {
		if err := n.upEntry(ctx, i, filepath.Join(path, i.Name), below(target, i.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (n *copier) upEntry(ctx context.Context, i files.Info, path, target string) error {
	switch i.Kind {
	case files.KindFolder:
		return n.upFolder(ctx, path, target, i.Mode)
	case files.KindRegular:
		return n.upFile(ctx, path, target, "")
	}
	n.skip(path, whatItIs(wire.FileKind(i.Kind)))
	return nil
}

func (n *copier) upFile(ctx context.Context, path, target, name string) error {
	src, err := files.Open(path)
	if err != nil {
		return n.failed(path, err)
	}
	defer src.Close()
	_, err = n.far.Put(ctx, src, wire.FileWrite{Path: target, Name: name, Force: n.force}, n.meter.of(src.Name))
	return n.finished(path, src.Size, err)
}
