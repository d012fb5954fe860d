package api

import (
	"context"

	"jump/site/packages"
)

// Platform is one choice of platform for an installer (requirement B1).
type Platform struct {
	ID        string `json:"id"`
	System    string `json:"system" enum:"linux,windows,mac"`
	Arch      string `json:"arch" enum:"x64,arm64,any"`
	Kind      string `json:"kind" enum:"bin,exe,msi,deb,rpm,pkg"`
	Headless  bool   `json:"headless" doc:"For Linux without a desktop"`
	Available bool   `json:"available" doc:"Whether there is a package for it on this site"`
	Size      int64  `json:"size" doc:"In bytes; 0 if there is none"`
}

// PlatformList is all platforms, in the order in which people see them.
type PlatformList struct {
	Items           []Platform `json:"items"`
	DefaultPlatform string     `json:"default_platform" doc:"The one of this browser's computer, as far as it tells; may be empty"`
}

// Visitor is what a browser says about its computer. It is exported because huma
// leaves out what is embedded and is not.
type Visitor struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Platform  string `header:"Sec-CH-UA-Platform" hidden:"true"`
	Arch      string `header:"Sec-CH-UA-Arch" hidden:"true"`
}

func (in *Visitor) visitor() packages.Visitor {
	return packages.Visitor{UserAgent: in.UserAgent, Platform: in.Platform, Arch: in.Arch}
}

func (s *Server) listPlatforms(_ context.Context, in *Visitor) (*answer[PlatformList], error) {
	return &answer[PlatformList]{s.platforms(in.visitor(), "")}, nil
}

// platforms lists what there is; made is the platform that an installer was
// made for.
func (s *Server) platforms(v packages.Visitor, made string) PlatformList {
	list := PlatformList{Items: []Platform{}, DefaultPlatform: s.Packages.Default(v, made)}
	for _, o := range s.Packages.Offers() {
		list.Items = append(list.Items, Platform{ID: o.ID, System: o.System, Arch: o.Arch, Kind: o.Kind,
			Headless: o.Headless, Available: o.Available, Size: o.Size})
	}
	return list
}
