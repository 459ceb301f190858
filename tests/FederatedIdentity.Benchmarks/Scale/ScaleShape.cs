using System.Globalization;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>
/// What a database is filled with, each identity a function of its number: ids as random as the server's, a quarter of them guests, the
/// others with one to three logins, in pools of very different sizes.
/// </summary>
internal sealed class ScaleShape(long identities, long logins, string issuer)
{
    public const string AccountId = "000000000000";
    public const string DeveloperProvider = "login.scale.example";

    /// <summary>Developer users of the one identity that has many.</summary>
    public const int ManyUsers = 1_000;

    private const int SmallPools = 500;
    private const ulong BillionthPrime = 22_801_763_489; // Has no divisor in common with a power of ten, so that no two numbers meet.

    // Of ten thousand identities; what is missing to that is spread over the small pools.
    private static readonly int[] _shares = [3500, 2000, 1000, 500, 500, .. Enumerable.Repeat(100, 20)];

    // Of eight identities in a row: 12 logins, as 30 million logins of 20 million identities are.
    private static readonly int[] _logins = [0, 0, 1, 1, 2, 2, 3, 3];
    private static readonly int[] _loginsBefore = [0, 0, 0, 1, 2, 4, 6, 9];

    private readonly double _stretch = logins / (identities * 1.5);

    public long Identities => identities;

    public string Issuer => issuer;

    public IReadOnlyList<string> Pools { get; } = [.. Enumerable.Range(0, _shares.Length + SmallPools).Select(pool => IdOf(-1L - pool))];

    /// <summary>The one with more than a third of all identities.</summary>
    public string LargestPool => Pools[0];

    /// <summary>The identity with many developer users, which is one more than the others.</summary>
    public string Popular => IdOf(identities);

    public static string IdOf(long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Mix((ulong)number));
        BitConverter.TryWriteBytes(bytes[8..], Mix(Mix((ulong)number) ^ 0x5ca1ab1e));
        (bytes[7], bytes[8]) = ((byte)((bytes[7] & 0x0f) | 0x40), (byte)((bytes[8] & 0x3f) | 0x80));
        return $"us-east-1:{new Guid(bytes)}";
    }

    public static string ManyUser(int number) => $"many-{number:0000}";

    public string PoolOf(long number)
    {
        var left = (int)(Mix((ulong)number ^ 0x900150) % 10_000);
        for (var pool = 0; pool < _shares.Length; left -= _shares[pool], pool++)
        {
            if (left < _shares[pool])
            {
                return Pools[pool];
            }
        }

        return Pools[_shares.Length + (left % SmallPools)];
    }

    public int LoginsOf(long number) =>
        (int)((long)(Before(number + 1) * _stretch) - (long)(Before(number) * _stretch));

    /// <summary>The <paramref name="ordinal"/>th login: the first is of the issuer, the second of Facebook, others are developer users.</summary>
    public Login LoginOf(long number, int ordinal) => ordinal switch
    {
        0 => new(LoginKind.Public, issuer, SubjectOf(number)),
        1 => new(LoginKind.Public, "graph.facebook.com", ((UInt128)number * BillionthPrime % 90_000_000_000_000_000 + 10_000_000_000_000_000)
            .ToString(CultureInfo.InvariantCulture)),
        _ => new(LoginKind.Developer, DeveloperProvider, DeveloperUserOf(number, ordinal)),
    };

    /// <summary>21 digits, as Google's.</summary>
    public static string SubjectOf(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"1{Mix((ulong)number ^ 0x0dd0):00000000000000000000}");

    /// <summary>One in a thousand is longer than an index takes.</summary>
    public static string DeveloperUserOf(long number, int ordinal)
    {
        var user = $"{ordinal}-{IdOf(number)[10..]}";
        return number % 1000 == 6 ? user + new string('x', 600) : user;
    }

    /// <summary>Numbers of identities, spread over all of them, that have at least so many logins; with 0, guests.</summary>
    public IEnumerable<long> Sample(int count, int leastLogins) =>
        from i in Enumerable.Range(0, count)
        let start = (long)(i * (double)identities / count)
        let found = Enumerable.Range(0, 64).Select(step => (start + step) % identities)
            .FirstOrDefault(number => leastLogins == 0 ? LoginsOf(number) == 0 : LoginsOf(number) >= leastLogins, -1)
        where found >= 0
        select found;

    private static long Before(long number) =>
        (number / _logins.Length * 12) + _loginsBefore[number % _logins.Length];

    /// <summary>No two numbers become the same one.</summary>
    private static ulong Mix(ulong number)
    {
        number += 0x9e3779b97f4a7c15;
        number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
        number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
        return number ^ (number >> 31);
    }
}
