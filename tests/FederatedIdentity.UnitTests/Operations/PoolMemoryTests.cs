using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Server.Operations;

namespace FederatedIdentity.UnitTests.Operations;

/// <summary>Which pool an identity belongs to, as far as it was seen.</summary>
public sealed class PoolMemoryTests
{
    private static readonly PoolId _one = new("us-east-1:one");
    private static readonly PoolId _other = new("us-east-1:other");

    private readonly PoolMemory _memory = new();
    private readonly NewIdentityIds _ids = new("us-east-1");

    [Fact]
    public void Whoever_was_seen_is_known_and_nobody_else()
    {
        var (here, there) = (_ids.Next(), _ids.Next());
        _memory.Note(here, _one);
        _memory.Note(there, _other);
        _memory.Note(here, _one);

        Assert.Equal((_one, _other), (_memory.Find(here), _memory.Find(there)));
        Assert.Null(_memory.Find(_ids.Next()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("us-east-1:1b")]
    [InlineData("us-east-1:zzzzzzzz-0000-4000-8000-000000000000")]
    [InlineData("us-east-1:{0}0000-0000-4000-8000-00000000000")]
    public void What_is_no_id_is_not_remembered(string text)
    {
        _memory.Note(new IdentityId(text), _one);

        Assert.Null(_memory.Find(new IdentityId(text)));
    }

    [Fact]
    public void The_smallest_id_is_one_too()
    {
        var least = new IdentityId("us-east-1:00000000-0000-0000-0000-000000000000");
        Assert.Null(_memory.Find(least));

        _memory.Note(least, _one);

        Assert.Equal(_one, _memory.Find(least));
    }

    [Fact]
    public void Neighbours_find_places_and_a_newer_one_may_take_that_of_another_but_not_its_pool()
    {
        var seen = Enumerable.Range(0, 4 * NewIdentityIds.Neighbours).Select(_ => _ids.Next()).ToArray();
        for (var i = 0; i < seen.Length; i++)
        {
            _memory.Note(seen[i], i % 2 == 0 ? _one : _other);
        }

        var found = seen.Select(_memory.Find).ToArray();
        Assert.All(found.Index().Where(each => each.Item is not null), each => Assert.Equal(each.Index % 2 == 0 ? _one : _other, each.Item));
        Assert.InRange(found.Count(pool => pool is not null), seen.Length * 7 / 10, seen.Length); // Some 79 % if places are taken at random.
    }

    [Fact]
    public void With_too_many_pools_all_is_forgotten_and_begins_anew()
    {
        var ids = Enumerable.Range(0, PoolMemory.MostPools + 1).Select(_ => _ids.Next()).ToArray();
        for (var i = 0; i < PoolMemory.MostPools; i++)
        {
            _memory.Note(ids[i], new PoolId($"us-east-1:{i}"));
        }

        Assert.Equal(new PoolId("us-east-1:16382"), _memory.Find(ids[PoolMemory.MostPools - 1]));
        _memory.Note(ids[^1], _other);

        Assert.Equal(_other, _memory.Find(ids[^1]));
        Assert.Null(_memory.Find(ids[PoolMemory.MostPools - 1]));
    }

    [Fact]
    public void Many_threads_never_find_anothers_pool()
    {
        var ids = Enumerable.Range(0, 64).Select(_ => _ids.Next()).ToArray();
        var pools = Enumerable.Range(0, 64).Select(number => new PoolId($"us-east-1:{number}")).ToArray();

        Parallel.For(0, 100_000, round =>
        {
            var which = round % ids.Length;
            var found = _memory.Find(ids[which]);
            Assert.True(found is null || found == pools[which]);
            _memory.Note(ids[which], pools[which]);
        });
    }
}
