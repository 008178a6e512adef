/* SPDX-License-Identifier: GPL-2.0-only */
/* el1_offsets.h - struct el1_record for assembly; el1.c asserts that it fits */
#ifndef HOST_EL1_OFFSETS_H
#define HOST_EL1_OFFSETS_H

#define EL1_CPUS		16

#define RECORD_X1		0
#define RECORD_RESUME		8
#define RECORD_COUNT		16
#define RECORD_VECTOR		24
#define RECORD_ESR		32
#define RECORD_ELR		40
#define RECORD_SPSR		48
#define RECORD_FAR		56
#define RECORD_NZCV		64
#define RECORD_DAIF		72
#define RECORD_EL		80
#define RECORD_SPSEL		88
#define RECORD_PAN		96
#define RECORD_UAO		104
#define RECORD_DIT		112
#define RECORD_SSBS		120
#define RECORD_TCO		128
#define RECORD_ALLINT		136
#define RECORD_HAS_NMI		144
#define RECORD_HAS_TCO		152
#define RECORD_SIZE		160

#endif
