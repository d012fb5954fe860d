#include "textflag.h"

// Weights by pixel, as words B, G, R, X; see block.go.
#define PIXEL(name, b, g, r) \
	DATA name<>+0(SB)/8, $((b&0xFFFF) | (g&0xFFFF)<<16 | (r&0xFFFF)<<32); \
	GLOBL name<>(SB), RODATA|NOPTR, $8

PIXEL(weightsY, 3735, 19235, 9798)
PIXEL(weightsCb, 16384, -10855, -5529)
PIXEL(weightsCr, -2664, -13720, 16384)

// LUMA(a, b, c, d, to): 16 pixels as words in a to d become 16 samples at to.
#define LUMA(a, b, c, d, to) \
	VPMADDWD Y15, a, Y8;     \
	VPMADDWD Y15, b, Y9;     \
	VPHADDD  Y9, Y8, Y8;     \
	VPMADDWD Y15, c, Y9;     \
	VPMADDWD Y15, d, Y10;    \
	VPHADDD  Y10, Y9, Y9;    \
	VPADDD   Y12, Y8, Y8;    \
	VPADDD   Y12, Y9, Y9;    \
	VPSRAD   $15, Y8, Y8;    \
	VPSRAD   $15, Y9, Y9;    \
	VPACKSSDW Y9, Y8, Y8;    \
	VPERMQ   $0xD8, Y8, Y8;  \
	VPSUBW   Y11, Y8, Y8;    \
	VMOVDQU  Y8, to

// CHROMA(w, to): the sums of two rows of 16 pixels in Y0 to Y3 become 8
// differences as double words in to.
#define CHROMA(w, to)        \
	VPMADDWD w, Y0, to;      \
	VPMADDWD w, Y1, Y6;      \
	VPHADDD  Y6, to, to;     \
	VPMADDWD w, Y2, Y6;      \
	VPMADDWD w, Y3, Y7;      \
	VPHADDD  Y7, Y6, Y6;     \
	VPHADDD  Y6, to, to;     \
	VPERMQ   $0xD8, to, to;  \
	VPADDD   Y5, to, to;     \
	VPSRAD   $17, to, to

// WORDS(from, a, b, c, d): 16 pixels become words.
#define WORDS(from, at, a, b, c, d) \
	VMOVDQU    at+0(from), b;      \
	VMOVDQU    at+32(from), d;     \
	VPUNPCKLBW Y4, b, a;           \
	VPUNPCKHBW Y4, b, b;           \
	VPUNPCKLBW Y4, d, c;           \
	VPUNPCKHBW Y4, d, d

// func convertAVX2(p *planes, words *uint32, stride int)
TEXT ·convertAVX2(SB), NOSPLIT, $0-24
	MOVQ p+0(FP), DI
	MOVQ words+8(FP), SI
	MOVQ stride+16(FP), DX
	LEAQ 512(DI), BX             // chroma
	VPBROADCASTQ weightsY<>(SB), Y15
	VPBROADCASTQ weightsCb<>(SB), Y14
	VPBROADCASTQ weightsCr<>(SB), Y13
	MOVL $(1<<14), AX
	VMOVD AX, X12
	VPBROADCASTD X12, Y12
	MOVL $128, AX
	VMOVD AX, X11
	VPBROADCASTW X11, Y11
	MOVQ $8, CX

rows:
	VPXOR Y4, Y4, Y4
	WORDS(SI, 0, Y0, Y1, Y2, Y3)
	LUMA(Y0, Y1, Y2, Y3, (DI))
	ADDQ DX, SI
	// The second row, in Y5 to Y8, is added to the first before its luma needs
	// the registers.
	WORDS(SI, 0, Y5, Y6, Y7, Y8)
	VPADDW Y5, Y0, Y0
	VPADDW Y6, Y1, Y1
	VPADDW Y7, Y2, Y2
	VPADDW Y8, Y3, Y3
	VMOVDQA Y8, Y4
	LUMA(Y5, Y6, Y7, Y4, 32(DI))
	ADDQ DX, SI
	VPSLLD $2, Y12, Y5           // 1<<16
	CHROMA(Y14, Y8)
	CHROMA(Y13, Y9)
	VPACKSSDW Y9, Y8, Y8         // Cb 0-3, Cr 0-3, Cb 4-7, Cr 4-7
	VPERMQ $0xD8, Y8, Y8
	VMOVDQU Y8, (BX)
	ADDQ $64, DI
	ADDQ $32, BX
	DECQ CX
	JNZ rows
	VZEROUPPER
	RET

// Constants of the transform, 16 times each.
#define CONST(name, c) \
	DATA name<>+0(SB)/8, $(c | c<<16 | c<<32 | c<<48);  \
	DATA name<>+8(SB)/8, $(c | c<<16 | c<<32 | c<<48);  \
	DATA name<>+16(SB)/8, $(c | c<<16 | c<<32 | c<<48); \
	DATA name<>+24(SB)/8, $(c | c<<16 | c<<32 | c<<48); \
	GLOBL name<>(SB), RODATA|NOPTR, $32

CONST(c382, 12540)
CONST(c541, 17734)
CONST(c707, 23170)
CONST(c1306, 10045)

// COSINES is cosines on Y0 to Y7, 16 times beside each other.
#define COSINES \
	VPADDW Y7, Y0, Y8;               \
	VPSUBW Y7, Y0, Y7;               \
	VPADDW Y6, Y1, Y9;               \
	VPSUBW Y6, Y1, Y6;               \
	VPADDW Y5, Y2, Y10;              \
	VPSUBW Y5, Y2, Y5;               \
	VPADDW Y4, Y3, Y11;              \
	VPSUBW Y4, Y3, Y4;               \
	VPADDW Y11, Y8, Y12;             \
	VPADDW Y10, Y9, Y13;             \
	VPADDW Y13, Y12, Y0;             \
	VPSUBW Y13, Y12, Y14;            \
	VPSUBW Y11, Y8, Y8;              \
	VPSUBW Y10, Y9, Y9;              \
	VPADDW Y8, Y9, Y9;               \
	VPMULHRSW c707<>(SB), Y9, Y9;    \
	VPADDW Y9, Y8, Y2;               \
	VPSUBW Y9, Y8, Y15;              \
	VPADDW Y5, Y4, Y8;               \
	VPADDW Y6, Y5, Y9;               \
	VPADDW Y7, Y6, Y10;              \
	VPSUBW Y10, Y8, Y11;             \
	VPMULHRSW c382<>(SB), Y11, Y11;  \
	VPMULHRSW c541<>(SB), Y8, Y12;   \
	VPADDW Y11, Y12, Y12;            \
	VPMULHRSW c1306<>(SB), Y10, Y13; \
	VPADDW Y10, Y13, Y13;            \
	VPADDW Y11, Y13, Y13;            \
	VPMULHRSW c707<>(SB), Y9, Y9;    \
	VPADDW Y9, Y7, Y8;               \
	VPSUBW Y9, Y7, Y10;              \
	VPADDW Y12, Y10, Y5;             \
	VPSUBW Y12, Y10, Y3;             \
	VPADDW Y13, Y8, Y1;              \
	VPSUBW Y13, Y8, Y7;              \
	VMOVDQA Y14, Y4;                 \
	VMOVDQA Y15, Y6

// QUANTISE(i, y): row i of both blocks.
#define QUANTISE(i, y) \
	VPABSW y, Y8;                         \
	VBROADCASTI128 (i*16)(DX), Y9;        \
	VBROADCASTI128 (128+i*16)(DX), Y10;   \
	VBROADCASTI128 (256+i*16)(DX), Y11;   \
	VPADDW Y9, Y8, Y8;                    \
	VPMULHUW Y10, Y8, Y8;                 \
	VPMULHUW Y11, Y8, Y8;                 \
	VPSIGNW y, Y8, y;                     \
	VEXTRACTI128 $0, y, (i*16)(DI);       \
	VEXTRACTI128 $1, y, (136+i*16)(DI)

// NONZERO(a, b, shift): 16 bits of both blocks' nonzero, into R8 and R9.
#define NONZERO(a, b, shift) \
	VPACKSSWB b, a, Y8;      \
	VPCMPEQB  Y12, Y8, Y8;   \
	VPMOVMSKB Y8, AX;        \
	NOTL      AX;            \
	MOVWLZX   AX, CX;        \
	SHRL      $16, AX;       \
	SHLQ      $shift, CX;    \
	SHLQ      $shift, AX;    \
	ORQ       CX, R8;        \
	ORQ       AX, R9

// func transformAVX2(out *[2]block, samples *int16, q *quantiser)
TEXT ·transformAVX2(SB), NOSPLIT, $0-24
	MOVQ out+0(FP), DI
	MOVQ samples+8(FP), SI
	MOVQ q+16(FP), DX
	VMOVDQU 0(SI), Y0
	VMOVDQU 32(SI), Y1
	VMOVDQU 64(SI), Y2
	VMOVDQU 96(SI), Y3
	VMOVDQU 128(SI), Y4
	VMOVDQU 160(SI), Y5
	VMOVDQU 192(SI), Y6
	VMOVDQU 224(SI), Y7
	COSINES

	// Turn both blocks.
	VPUNPCKLWD Y1, Y0, Y8
	VPUNPCKHWD Y1, Y0, Y9
	VPUNPCKLWD Y3, Y2, Y10
	VPUNPCKHWD Y3, Y2, Y11
	VPUNPCKLWD Y5, Y4, Y12
	VPUNPCKHWD Y5, Y4, Y13
	VPUNPCKLWD Y7, Y6, Y14
	VPUNPCKHWD Y7, Y6, Y15
	VPUNPCKLDQ Y10, Y8, Y0
	VPUNPCKHDQ Y10, Y8, Y1
	VPUNPCKLDQ Y11, Y9, Y2
	VPUNPCKHDQ Y11, Y9, Y3
	VPUNPCKLDQ Y14, Y12, Y4
	VPUNPCKHDQ Y14, Y12, Y5
	VPUNPCKLDQ Y15, Y13, Y6
	VPUNPCKHDQ Y15, Y13, Y7
	VPUNPCKLQDQ Y4, Y0, Y8
	VPUNPCKHQDQ Y4, Y0, Y9
	VPUNPCKLQDQ Y5, Y1, Y10
	VPUNPCKHQDQ Y5, Y1, Y11
	VPUNPCKLQDQ Y6, Y2, Y12
	VPUNPCKHQDQ Y6, Y2, Y13
	VPUNPCKLQDQ Y7, Y3, Y14
	VPUNPCKHQDQ Y7, Y3, Y15
	VMOVDQA Y8, Y0
	VMOVDQA Y9, Y1
	VMOVDQA Y10, Y2
	VMOVDQA Y11, Y3
	VMOVDQA Y12, Y4
	VMOVDQA Y13, Y5
	VMOVDQA Y14, Y6
	VMOVDQA Y15, Y7
	COSINES

	QUANTISE(0, Y0)
	QUANTISE(1, Y1)
	QUANTISE(2, Y2)
	QUANTISE(3, Y3)
	QUANTISE(4, Y4)
	QUANTISE(5, Y5)
	QUANTISE(6, Y6)
	QUANTISE(7, Y7)
	VPXOR Y12, Y12, Y12
	XORQ R8, R8
	XORQ R9, R9
	NONZERO(Y0, Y1, 0)
	NONZERO(Y2, Y3, 16)
	NONZERO(Y4, Y5, 32)
	NONZERO(Y6, Y7, 48)
	MOVQ R8, 128(DI)
	MOVQ R9, 264(DI)
	VZEROUPPER
	RET
