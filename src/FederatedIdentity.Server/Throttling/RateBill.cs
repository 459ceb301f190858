using FederatedIdentity.Domain.Sharing;

namespace FederatedIdentity.Server.Throttling;

/// <summary>What one request has to spend, which all replicas call by the same names.</summary>
internal sealed class RateBill(double burstSeconds)
{
    private const int LeastBurst = 2;

    private static readonly int _mostCharges = Enum.GetValues<RateScope>().Length;

    private readonly RateCharge[] _charges = new RateCharge[_mostCharges];
    private readonly RateScope[] _scopes = new RateScope[_mostCharges];
    private int _count;

    public ReadOnlyMemory<RateCharge> Charges => _charges.AsMemory(0, _count);

    /// <summary>Whose budget the charge at <paramref name="place"/> is.</summary>
    public RateScope ScopeOf(int place) => _scopes[place];

    /// <summary>One of each scope at most; a limit of 0 costs nothing.</summary>
    public RateBill Add(RateScope scope, string whose, double perSecond)
    {
        if (perSecond > 0)
        {
            _scopes[_count] = scope;
            _charges[_count++] = ChargeOf(scope, whose, perSecond, burstSeconds);
        }

        return this;
    }

    public static RateCharge ChargeOf(RateScope scope, string whose, double perSecond, double burstSeconds) =>
        new(PrefixOf(scope) + whose, perSecond, (int)Math.Max(LeastBurst, perSecond * burstSeconds));

    private static string PrefixOf(RateScope scope) => scope switch
    {
        RateScope.Account => "account/",
        RateScope.Pool => "pool/",
        RateScope.Source => "source/",
        _ => "identity/",
    };
}
