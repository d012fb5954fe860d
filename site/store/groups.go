package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// GeneralGroup is the code of the shared group that always exists.
const GeneralGroup = "general"

// PersonalGroup returns the code of a user's own group.
func PersonalGroup(user string) string { return "user:" + fold(user) }

// Kinds of groups.
const (
	GroupPersonal = "personal"
	GroupShared   = "shared"
)

// Group is a Jump Group (requirement E1).
type Group struct {
	Code      string // lower case; see PersonalGroup
	Name      string
	Kind      string // GroupPersonal or GroupShared
	Owner     string // the user whose personal group it is
	Clients   int    // how many are in it, when listed
	Tags      []string
	CreatedAt time.Time
}

// CreateGroup adds a group. Without a kind it is shared, without a code it
// gets one made from its name. ErrExists if the code, or the name within the
// kind, is taken.
func (s *Store) CreateGroup(ctx context.Context, g Group) (Group, error) {
	var made Group
	err := s.write(ctx, func(tx *sql.Tx) error {
		var err error
		made, err = createGroup(ctx, tx, g, s.now())
		return err
	})
	return made, err
}

// createGroup is CreateGroup within a transaction.
func createGroup(ctx context.Context, q queryer, g Group, now time.Time) (Group, error) {
	g.Name = strings.TrimSpace(g.Name)
	if g.Code = fold(g.Code); g.Code == "" {
		g.Code = groupCode(g.Name)
	}
	if g.Kind == "" {
		g.Kind = GroupShared
	}
	if g.Name == "" || g.Code == "" {
		return Group{}, errors.New("create group: a name is needed")
	}
	g.CreatedAt = fromMillis(toMillis(now))
	result, err := q.ExecContext(ctx, `INSERT INTO groups (code, name, folded, kind, owner, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		g.Code, g.Name, fold(g.Name), g.Kind, g.Owner, toMillis(now))
	if err != nil {
		return Group{}, fmt.Errorf("create group: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return Group{}, errors.Join(err, fmt.Errorf("group %q: %w", g.Name, ErrExists))
	}
	return g, nil
}

// groupCode makes a code of a name, for command lines of every system: "Linux
// Admins" becomes "linux-admins" and "Filiale Köln" "filiale-koeln". A name with
// nothing of that alphabet gets a code that is a number.
func groupCode(name string) string {
	name = fold(name)
	ascii := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '_':
			return r
		case unicode.Is(unicode.Mn, r):
			return -1 // an accent of the letter before it
		}
		return ' '
	}, strings.ToLower(norm.NFKD.String(german.Replace(name))))
	code := strings.TrimLeft(strings.Join(strings.Fields(ascii), "-"), "._-")
	if code == "" && name != "" {
		h := fnv.New32a()
		h.Write([]byte(name))
		code = fmt.Sprintf("group-%08x", h.Sum32())
	}
	return code[:min(len(code), maxCode)]
}

// maxCode is the longest code, in characters.
const maxCode = 64

var german = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// Group returns the group with that code, in any case.
func (s *Store) Group(ctx context.Context, code string) (Group, error) {
	return findGroup(ctx, s.reader, "code = $1", fold(code))
}

// SharedGroup returns the shared group with that name, in any case.
func (s *Store) SharedGroup(ctx context.Context, name string) (Group, error) {
	return findGroup(ctx, s.reader, "kind = 'shared' AND folded = $1", fold(name))
}

func findGroup(ctx context.Context, q queryer, where, value string) (Group, error) {
	g, err := scanGroup(q.QueryRowContext(ctx, "SELECT code, name, kind, owner, created_at FROM groups WHERE "+where, value))
	if err != nil {
		return Group{}, fmt.Errorf("group %q: %w", value, missing(err))
	}
	return g, nil
}

func scanGroup(row scanner) (Group, error) {
	var g Group
	var created int64
	err := row.Scan(&g.Code, &g.Name, &g.Kind, &g.Owner, &created)
	g.CreatedAt = fromMillis(created)
	return g, err
}

// Groups returns all groups, shared ones first, by name, with the number of
// their clients and the tags in use.
func (s *Store) Groups(ctx context.Context) ([]Group, error) {
	groups, err := collect(ctx, s.reader, scanGroup,
		"SELECT code, name, kind, owner, created_at FROM groups ORDER BY kind DESC, folded, code")
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return groups, s.countGroups(ctx, groups)
}

type tagCount struct {
	group, tag string
	clients    int
}

func scanTag(row scanner) (t tagCount, err error) {
	err = row.Scan(&t.group, &t.tag, &t.clients)
	return t, err
}

// countGroups fills in Clients and Tags.
func (s *Store) countGroups(ctx context.Context, groups []Group) error {
	tags, err := collect(ctx, s.reader, scanTag, `SELECT group_code, tag, COUNT(*) FROM clients
		WHERE removed_at = 0 GROUP BY group_code, tag ORDER BY group_code, tag`)
	if err != nil {
		return fmt.Errorf("count clients of groups: %w", err)
	}
	for _, t := range tags {
		i := slices.IndexFunc(groups, func(g Group) bool { return g.Code == t.group })
		if i < 0 {
			continue // made since the first query
		}
		groups[i].Clients += t.clients
		if t.tag != "" {
			groups[i].Tags = append(groups[i].Tags, t.tag)
		}
	}
	return nil
}
