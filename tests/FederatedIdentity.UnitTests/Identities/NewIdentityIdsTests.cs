using System.Buffers.Binary;
using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.UnitTests.Identities;

/// <summary>Ids of new identities: what they look like, what neighbours share, and what they do not.</summary>
public sealed class NewIdentityIdsTests
{
    private readonly NewIdentityIds _ids = new("us-east-1");

    [Fact]
    public void An_id_is_the_region_and_a_random_uuid() =>
        Assert.Matches("^us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", _ids.Next().Value);

    [Fact]
    public void Neighbours_begin_with_the_same_twenty_bits_and_the_next_with_others()
    {
        var prefixes = Take(4 * NewIdentityIds.Neighbours).Select(id => BinaryPrimitives.ReadUInt32BigEndian(id) >> 12).ToArray();

        Assert.Equal(Enumerable.Repeat(NewIdentityIds.Neighbours, 4), Runs(prefixes));
    }

    [Fact]
    public void Every_other_bit_is_as_often_set_as_not()
    {
        var ids = Take(NewIdentityIds.Neighbours).ToArray();

        for (var bit = 20; bit < 128; bit++)
        {
            var share = ids.Count(id => (id[bit / 8] >> (7 - (bit % 8)) & 1) == 1) / (double)ids.Length;
            var isFixed = bit is >= 48 and < 52 or 64 or 65; // The version and the variant, RFC 9562 §4.
            Assert.True(isFixed ? share is 0 or 1 : share is > 0.45 and < 0.55, $"Bit {bit} is set in {share:P1}.");
        }
    }

    [Fact]
    public void Two_processes_do_not_begin_alike() => // By chance one time in 2^20 for each of the eight.
        Assert.True(Enumerable.Range(0, 8).Select(_ => new NewIdentityIds("local-1").Next().Value[..13]).Distinct().Count() > 6);

    [Fact]
    public async Task No_id_is_made_twice_whoever_asks()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(20_000).Select(Convert.ToHexString).ToArray())));

        Assert.Equal(80_000, made.SelectMany(ids => ids).Distinct().Count());
    }

    private IEnumerable<byte[]> Take(int count) =>
        Enumerable.Range(0, count).Select(_ => Guid.Parse(_ids.Next().Value["us-east-1:".Length..]).ToByteArray(bigEndian: true));

    private static List<int> Runs(uint[] prefixes)
    {
        var runs = new List<int>();
        for (var i = 0; i < prefixes.Length; i++)
        {
            if (i == 0 || prefixes[i] != prefixes[i - 1])
            {
                runs.Add(0);
            }

            runs[^1]++;
        }

        return runs;
    }
}
