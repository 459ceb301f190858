using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class ListIdentityPoolsTests(ServerFixture server)
{
    [Fact]
    public async Task A_walk_meets_every_pool_once_while_others_come_and_go()
    {
        var mine = new List<string>();
        for (var count = 0; count < 7; count++)
        {
            mine.Add(await server.PoolAsync(new { }));
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await server.Client.CallAsync("ListIdentityPools", new { MaxResults = 3, NextToken = token });
            Assert.Equal(200, page.Status);
            seen.AddRange(page.Body["IdentityPools"]!.AsArray().Select(pool => pool!["IdentityPoolId"]!.GetValue<string>()));
            token = page.Body["NextToken"]?.GetValue<string>();
            await server.Client.CallAsync("DeleteIdentityPool", new { IdentityPoolId = await server.PoolAsync(new { }) });
        }
        while (token is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(mine.Except(seen));
    }

    [Fact]
    public async Task Items_show_id_and_name_alone_and_the_last_page_has_no_token()
    {
        await server.PoolAsync(new { });

        var page = await server.Client.CallAsync("ListIdentityPools", new { MaxResults = 60 });

        Assert.All(page.Body["IdentityPools"]!.AsArray(), pool =>
            Assert.Equal(["IdentityPoolId", "IdentityPoolName"], pool!.AsObject().Select(member => member.Key)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("undefined")]
    [InlineData("a.b")]
    [InlineData("x+y/z=")]
    [InlineData("é")]
    [InlineData("A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_token_that_we_did_not_make_does_not_open(string token)
    {
        var answer = await server.Client.CallAsync("ListIdentityPools", new { MaxResults = 1, NextToken = token });

        Assert.Equal(("InvalidParameterException", "Invalid pagination token."), (answer.Error, answer.Message));
    }

    [Theory]
    [InlineData(0, "greater than or equal to 1")]
    [InlineData(61, "less than or equal to 60")]
    public async Task The_page_size_has_limits(int size, string limit)
    {
        var answer = await server.Client.CallAsync("ListIdentityPools", new { MaxResults = size });

        Assert.Equal(
            ("ValidationException", $"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: Member must have value {limit}"),
            (answer.Error, answer.Message));
    }
}
