using System.Text;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.UnitTests.Logins;

/// <summary>Claims are found by their exact name, whatever else the token holds.</summary>
public sealed class LoginClaimsTests
{
    [Theory]
    [InlineData("""{"sub":"1"}""", "1")]
    [InlineData("""{"s\u0075b":"1"}""", "1")]
    [InlineData("""{"sub":"1","\ud800":2}""", "1")]
    [InlineData("""{"\udc00\ud800":2,"sub":"1"}""", "1")]
    [InlineData("""{"Sub":"1"}""", null)]
    [InlineData("""{"\ud800":2}""", null)]
    [InlineData("{}", null)]
    public void A_claim_is_found_by_its_exact_name(string json, string? expected) =>
        Assert.Equal(expected, new LoginClaims(Encoding.UTF8.GetBytes(json))["sub"]?.GetString());

    [Fact]
    public void No_claims_are_none() => Assert.Null(LoginClaims.None["sub"]);
}
