using System.Numerics;

namespace FederatedIdentity.Jose;

/// <summary>
/// Recognises RSA moduli of the flawed generator behind CVE-2017-15361 (ROCA), whose private keys can be computed from the public
/// ones. A sound key has the fingerprint by chance about once in 2^27.
/// </summary>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    internal static readonly int[] Primes =
    [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131,
        137, 139, 149, 151, 157, 163, 167,
    ];

    /// <summary>
    /// True if the modulus is a power of 65537 modulo every one of the small primes, as all of that generator's moduli are.
    /// </summary>
    public static bool Matches(ReadOnlySpan<byte> modulus)
    {
        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        foreach (var prime in Primes)
        {
            if (!IsPower((int)(number % prime), prime))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPower(int residue, int prime)
    {
        var power = 1;
        do
        {
            if (power == residue)
            {
                return true;
            }

            power = power * (Generator % prime) % prime;
        }
        while (power != 1);

        return false;
    }
}
