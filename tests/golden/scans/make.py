"""Makes fits.json: seeded noisy curves and what scipy.optimize.curve_fit says of them. python3 make.py > fits.json"""
import json
import numpy as np
import scipy
from scipy.optimize import curve_fit
from scipy.special import erf

LN2 = np.log(2)

def gaussian(x, h, c, w, b):
    return b + h * np.exp(-4 * LN2 * ((x - c) / w) ** 2)

def lorentzian(x, h, c, w, b):
    return b + h / (1 + 4 * ((x - c) / w) ** 2)

def pseudo_voigt(x, h, c, w, b, eta):
    return eta * lorentzian(x, h, c, w, b) + (1 - eta) * gaussian(x, h, c, w, b)

def edge(x, h, c, w, b):
    return b + h * (1 + erf(2 * np.sqrt(LN2) * (x - c) / w)) / 2

def slit(x, h, c, w, b, r):
    k = 2 * np.sqrt(LN2) / r
    return b + h * (erf(k * (x - c + w / 2)) - erf(k * (x - c - w / 2))) / 2

CASES = [
    ("gaussian", gaussian, ("height", "centre", "fwhm", "background"), (100, 0.3, 1.4, 5)),
    ("lorentzian", lorentzian, ("height", "centre", "fwhm", "background"), (80, -0.6, 0.9, 12)),
    ("pseudo-voigt", pseudo_voigt, ("height", "centre", "fwhm", "background", "lorentzShare"), (120, 0.2, 1.1, 4, 0.4)),
    ("edge", edge, ("height", "centre", "fwhm", "background"), (60, 0.5, 0.8, 3)),
    ("edge", edge, ("height", "centre", "fwhm", "background"), (-60, -0.4, 1.2, 70)),
    ("slit", slit, ("height", "centre", "width", "background", "edgeFwhm"), (90, 0.1, 2.2, 6, 0.5)),
]
random = np.random.default_rng(14)
x = np.linspace(-3, 3, 61)
cases = []
for has_sigmas in (True, False):
    for model, function, names, truth in CASES:
        sigmas = 1 + 0.05 * np.abs(function(x, *truth)) if has_sigmas else np.full(x.size, 2.0)
        y = function(x, *truth) + random.normal(size=x.size) * sigmas
        options = {"sigma": sigmas, "absolute_sigma": True} if has_sigmas else {}
        best, covariance = curve_fit(function, x, y, p0=truth, ftol=1e-14, xtol=1e-14, gtol=1e-14, **options)
        weights = 1 / sigmas if has_sigmas else 1
        cases.append({
            "model": model, "x": x.tolist(), "y": y.tolist(), "sigmas": sigmas.tolist() if has_sigmas else None,
            "parameters": {n: {"value": v, "sigma": s} for n, v, s in zip(names, best, np.sqrt(np.diag(covariance)))},
            "chi2": float(np.sum(((y - function(x, *best)) * weights) ** 2)), "ndf": x.size - len(best),
        })
print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "cases": cases}))
