// The table of one instruction set's kernels.
#include "isa.h"
#include "kernels.h"

namespace GB_ISA {

void elementwise(const double*);
void reduce(const double*);
void softmax(const double*);
void matmul(const double*);
void argReduce(const double*);
void scan(const double*);
void gather(const double*);
void scatterAdd(const double*);
void argsort(const double*);
void conv(const double*);
void convInput(const double*);
void convWeight(const double*);
void maxPool(const double*);
void move(const double*);
void normalize(const double*);
void normalizeBackward(const double*);
void softmaxBackward(const double*);
void crossEntropy(const double*);
void crossEntropyBackward(const double*);
void recur(const double*);
void recurBackward(const double*);
void attention(const double*);
void attentionBackward(const double*);
void draw(const double*);
void learnWords(const double*);
void chain(const double*);
void lu(const double*);
void cholesky(const double*);
void solveTriangle(const double*);
void qr(const double*);
void eigh(const double*);
void svd(const double*);
void elementLoss(const double*);
void elementLossBackward(const double*);
void bounds(const double*);
void copy(const double*);
void cat(const double*);

int unaryOpCount();
int binaryOpCount();
int foldCount();

#define GB_TEXT(name) #name
#define GB_NAME(name) GB_TEXT(name)

extern const KernelTable table;
const KernelTable table = {
    GB_NAME(GB_ISA),
    unaryOpCount,
    binaryOpCount,
    foldCount,
    {elementwise, reduce, softmax, matmul, argReduce, scan, gather, scatterAdd, argsort, conv, convInput, convWeight, maxPool,
     move, normalize, normalizeBackward, softmaxBackward, crossEntropy, crossEntropyBackward, recur, recurBackward, attention,
     attentionBackward, draw, learnWords, chain, lu, cholesky, solveTriangle, qr, eigh, svd, elementLoss,
     elementLossBackward, bounds, copy, cat},
};

}  // namespace GB_ISA
