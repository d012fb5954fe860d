// Package acl says who may touch files and folders on Windows: the descriptors
// of what the installer makes, and a judgement of what it finds.
//
// Judging reads descriptors as text (SDDL), so it is tested on every system;
// asking Windows for them is in the files for Windows. It is not about Unix,
// whose modes speak for themselves, and it knows no path.
package acl

// Descriptors for service mode (docs/SECURITY.md). P keeps what the parent
// would pass on away; SY is the system, BA the administrators, BU whoever may
// sign in. All belong to the administrators: an owner can always change rights.
const (
	// Folder is the install directory: what is made inside is for the system
	// and the administrators alone. Users may look into the folder itself, as
	// the seat runs the program from there with their token.
	Folder = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)"
	// Program is an executable that everybody may run and nobody may change.
	Program = "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)"
	// Secret is what nobody else may read: config.json and the state.
	Secret = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
	// Key is a registry key with a secret in it.
	Key = "O:BAG:SYD:PAI(A;CI;KA;;;SY)(A;CI;KA;;;BA)"
)
