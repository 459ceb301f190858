using System.Diagnostics;
using System.Security.Cryptography;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// RS512 signatures and nothing else, in this process, on all cores, by one key object that is kept: the part of a token that no server
/// can save. What a signature costs differs by half from hour to hour on a shared machine, and every token takes part in that.
/// </summary>
internal static class Signatures
{
    public static Side Rs512()
    {
        var key = RSA.Create(2048); // As long as this process.
        return new("RS512 signature alone", new Tiers { Servers = [Environment.ProcessId] }, (seconds, _) => SignAsync(key, seconds));
    }

    private static async Task<Turn> SignAsync(RSA key, int seconds)
    {
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(seconds);
        var signers = Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => Task.Factory.StartNew(() => Sign(key, clock, end), TaskCreationOptions.LongRunning));
        var signed = (await Task.WhenAll(signers)).Sum();
        return new(signed, signed / clock.Elapsed.TotalSeconds, Failed: 0, P50: 0, P99: 0);
    }

    private static int Sign(RSA key, Stopwatch clock, TimeSpan end)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes], signature = stackalloc byte[256];
        var signed = 0;
        for (; clock.Elapsed < end; signed++)
        {
            SHA512.HashData(signature, hash); // Of the one before, so that no two are alike.
            if (!key.TrySignHash(hash, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1, out _))
            {
                throw new CryptographicException();
            }
        }

        return signed;
    }
}
