#include "textflag.h"

// apart is how four pixels B, G, R, X become four B, four G and so on.
DATA apart<>+0(SB)/8, $0x0D0905010C080400
DATA apart<>+8(SB)/8, $0x0F0B07030E0A0602
GLOBL apart<>(SB), RODATA|NOPTR, $16

// order brings eight groups of four pixels into their order.
DATA order<>+0(SB)/8, $0x0000000400000000
DATA order<>+8(SB)/8, $0x0000000500000001
DATA order<>+16(SB)/8, $0x0000000600000002
DATA order<>+24(SB)/8, $0x0000000700000003
GLOBL order<>(SB), RODATA|NOPTR, $32

// BYTES(v, x, y): all bytes of y become v.
#define BYTES(v, x, y) \
	MOVL $v, AX;       \
	VMOVD AX, x;       \
	VPBROADCASTB x, y

// func splitAVX2(green, red, blue *uint8, words *uint32, n int, half bool)
TEXT ·splitAVX2(SB), NOSPLIT, $0-41
	MOVQ green+0(FP), DI
	MOVQ red+8(FP), R8
	MOVQ blue+16(FP), R9
	MOVQ words+24(FP), SI
	MOVQ n+32(FP), CX
	MOVBLZX half+40(FP), DX
	VBROADCASTI128 apart<>(SB), Y15
	VMOVDQU order<>(SB), Y14
	BYTES(0x80, X13, Y13)
	BYTES(0x7F, X12, Y12)
	BYTES(0x40, X11, Y11)
	NEGL DX
	VMOVD DX, X10
	VPBROADCASTB X10, Y10 // all ones if half

pixels:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VMOVDQU 64(SI), Y2
	VMOVDQU 96(SI), Y3
	VPSHUFB Y15, Y0, Y0
	VPSHUFB Y15, Y1, Y1
	VPSHUFB Y15, Y2, Y2
	VPSHUFB Y15, Y3, Y3
	VPUNPCKLDQ Y1, Y0, Y4 // B and G of the first 16
	VPUNPCKHDQ Y1, Y0, Y5 // R
	VPUNPCKLDQ Y3, Y2, Y6
	VPUNPCKHDQ Y3, Y2, Y7
	VPUNPCKLQDQ Y6, Y4, Y0
	VPUNPCKHQDQ Y6, Y4, Y1
	VPUNPCKLQDQ Y7, Y5, Y2
	VPERMD Y0, Y14, Y0 // B
	VPERMD Y1, Y14, Y1 // G
	VPERMD Y2, Y14, Y2 // R
	VPSUBB Y1, Y2, Y2
	VPADDB Y13, Y2, Y2 // d + 128
	VPSUBB Y1, Y0, Y0

	// d>>1 is (d+128)>>1 - 64.
	VPSRLW $1, Y2, Y3
	VPAND Y12, Y3, Y3
	VPSUBB Y11, Y3, Y3
	VPAND Y10, Y3, Y3
	VPSUBB Y3, Y0, Y0
	VPADDB Y13, Y0, Y0
	VMOVDQU Y1, (DI)
	VMOVDQU Y2, (R8)
	VMOVDQU Y0, (R9)
	ADDQ $128, SI
	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	SUBQ $32, CX
	JNZ pixels
	VZEROUPPER
	RET

// DISTANCE(a, b, to, t): to = |a-b|.
#define DISTANCE(a, b, to, t) \
	VPSUBUSB a, b, to;        \
	VPSUBUSB b, a, t;         \
	VPOR t, to, to

// REACHES(limit): one more in Y7 where the activity in Y5 reaches the limit.
#define REACHES(limit)     \
	VPMAXUB limit, Y5, Y8; \
	VPCMPEQB Y8, Y5, Y8;   \
	VPSUBB Y8, Y7, Y7

// HALVED(a, b, to, t): to = (a+b)/2, rounded down; Y15 has ones.
#define HALVED(a, b, to, t) \
	VPXOR a, b, t;          \
	VPAND Y15, t, t;        \
	VPAVGB a, b, to;        \
	VPSUBB t, to, to

// func residualsAVX2(out *uint16, up, now *uint8, n int, smooth bool, limits *[contexts - 1]uint8)
TEXT ·residualsAVX2(SB), NOSPLIT, $0-48
	MOVQ out+0(FP), DI
	MOVQ up+8(FP), SI
	MOVQ now+16(FP), BX
	MOVQ n+24(FP), CX
	MOVBLZX smooth+32(FP), DX
	MOVQ limits+40(FP), R8
	VPBROADCASTB 0(R8), Y9
	VPBROADCASTB 1(R8), Y10
	VPBROADCASTB 2(R8), Y11
	VPBROADCASTB 3(R8), Y12
	VPBROADCASTB 4(R8), Y13
	VPBROADCASTB 5(R8), Y14
	BYTES(1, X15, Y15)

samples:
	VMOVDQU -1(BX), Y0 // l
	VMOVDQU (SI), Y1   // u
	VMOVDQU -1(SI), Y2 // c
	VMOVDQU 1(SI), Y3  // r
	DISTANCE(Y0, Y2, Y5, Y6)
	DISTANCE(Y2, Y1, Y7, Y6)
	VPADDUSB Y7, Y5, Y5
	DISTANCE(Y1, Y3, Y7, Y6)
	VPADDUSB Y7, Y5, Y5
	VPXOR Y7, Y7, Y7
	REACHES(Y9)
	REACHES(Y10)
	REACHES(Y11)
	REACHES(Y12)
	REACHES(Y13)
	REACHES(Y14)
	VPBROADCASTB 6(R8), Y6
	REACHES(Y6)
	TESTL DX, DX
	JNZ smooth

	VPMINUB Y0, Y1, Y3
	VPMAXUB Y0, Y1, Y4
	VPMINUB Y2, Y4, Y2
	VPMAXUB Y2, Y3, Y2
	VPADDB Y0, Y1, Y0
	VPSUBB Y2, Y0, Y0
	JMP predicted

smooth:
	HALVED(Y1, Y3, Y2, Y4)
	HALVED(Y0, Y2, Y1, Y4)
	VMOVDQA Y1, Y0

predicted:
	VMOVDQU (BX), Y1
	VPSUBB Y0, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPCMPGTB Y1, Y2, Y2
	VPADDB Y1, Y1, Y1
	VPXOR Y2, Y1, Y1
	VPUNPCKLBW Y7, Y1, Y2
	VPUNPCKHBW Y7, Y1, Y3
	VPERM2I128 $0x20, Y3, Y2, Y4
	VPERM2I128 $0x31, Y3, Y2, Y5
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	ADDQ $64, DI
	ADDQ $32, SI
	ADDQ $32, BX
	SUBQ $32, CX
	JNZ samples
	VZEROUPPER
	RET
