// GELU for every processor.
//
// gelu(x) = max(x, 0) - g(|x|) with g(t) = t * erfc(t / sqrt(2)) / 2, a bump that is nought beyond 5.5. A polynomial of
// degree 16 in t / 2.75 - 1 (least maximum error, found by reweighted Chebyshev fits) is within 3e-7 of it, and it has no
// division and no cancellation near x = -5, where 1 + erf loses the last digits.
INLINE vector gaussian_error_linear_unit(vector x) {
    static const float coefficients[] = {
        -1.517686248e-02f, -8.053044439e-04f, 9.689611197e-02f, -3.640820459e-02f, -2.537057698e-01f, 2.308409214e-01f,
        2.695964873e-01f, -5.440989137e-01f, 1.525605768e-01f, 4.592228234e-01f, -6.286078095e-01f, 2.605161369e-01f,
        1.789810508e-01f, -3.086897731e-01f, 1.912619025e-01f, -6.057775021e-02f, 8.194380440e-03f,
    };
    vector t = smaller((vector)((vector_int)x & 0x7fffffff), splat(5.5f));
    vector u = fused(t, splat(1 / 2.75f), splat(-1.0f));
    vector g = splat(coefficients[0]);
    for (int i = 1; i < 17; i++) g = fused(g, u, splat(coefficients[i]));
    return larger(x, splat(0)) - g;
}
